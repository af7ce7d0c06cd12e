"""Replies held against the reference's: values, gradients, states, and which tensor plays which role."""
