"""Stands in for ``google.colab``: what a Colab kernel has loaded before the first cell runs.

The front end is not there: asked for the notebook, it gives no answer, as a closed browser tab would.
"""

from google.colab import _message as _message
