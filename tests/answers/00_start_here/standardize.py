import torch


def right_none(image, mean, std):
    return (image - mean[:, None, None]) / std[:, None, None]


def right_view(image, mean, std):
    shape = (-1, 1, 1)
    return (image - mean.view(shape)) / std.view(shape)


def right_loop(image, mean, std):
    out = torch.empty_like(image)
    for c in range(len(mean)):
        out[..., c, :, :] = (image[..., c, :, :] - mean[c]) / std[c]
    return out


def right_clone_in_place(image, mean, std):
    out = image.clone()
    out -= mean.unsqueeze(-1).unsqueeze(-1)
    out /= std.unsqueeze(-1).unsqueeze(-1)
    return out


def right_moved(image, mean, std):
    last = image.movedim(-3, -1)
    return ((last - mean) / std).movedim(-1, -3)


def right_two_cases(image, mean, std):
    print("standardizing", image.shape)
    if image.ndim == 3:
        return torch.stack([(image[c] - mean[c]) / std[c] for c in range(image.shape[0])])
    if image.ndim == 4:
        return torch.stack([right_two_cases(one, mean, std) for one in image])
    raise ValueError(image.shape)


def right_einsum(image, mean, std, eps=0.0):
    shifted = image - mean.reshape(-1, 1, 1)
    return torch.einsum("...chw,c->...chw", shifted, 1 / (std + eps))


def wrong_last_dimension(image, mean, std):
    """the statistics run along the width, not the channels"""
    return torch.div(torch.sub(image, mean), std)


def wrong_product(image, mean, std):
    """multiplied by the standard deviation"""
    mean, std = mean.reshape(-1, 1, 1), std.reshape(-1, 1, 1)
    return std * (image - mean)


def wrong_variance(image, mean, std):
    """divided by the variance"""
    return (image - mean[:, None, None]) / (std * std)[:, None, None]


def wrong_order(image, mean, std):
    """divided before the mean is taken off"""
    scaled = image / std.view(-1, 1, 1)
    return scaled - mean.view(-1, 1, 1)


def wrong_no_mean(image, mean, std):
    """the mean is not used"""
    return image / std[:, None, None]


def wrong_no_std(image, mean, std):
    """the standard deviation is not used"""
    return image.sub(mean[:, None, None])


def wrong_first_channel(image, mean, std):
    """the first channel's statistics are used for all"""
    return (image - mean[0].item()) / std[0].item()


def wrong_own_statistics(image, mean, std):
    """the image's own statistics are used"""
    out = torch.empty_like(image)
    flat, result = image.reshape(-1, *image.shape[-2:]), out.view(-1, *image.shape[-2:])
    for k, picture in enumerate(flat):
        result[k] = (picture - picture.mean()) / picture.std()
    return out


def wrong_nothing_returned(image, mean, std):
    """nothing is returned"""
    (image - mean[:, None, None]) / std[:, None, None]


def wrong_in_place(image, mean, std):
    """the input is changed"""
    with torch.no_grad():
        image -= mean[:, None, None]
        image /= std[:, None, None]
    return image * 1


def wrong_detached(image, mean, std):
    """the result is detached"""
    return ((image - mean[:, None, None]) / std[:, None, None]).detach()


def wrong_numpy(image, mean, std):
    """a NumPy array instead of a tensor"""
    image, mean, std = image.detach().numpy(), mean.numpy(), std.numpy()
    return (image - mean[:, None, None]) / std[:, None, None]


def wrong_float32(image, mean, std):
    """precision is lost on the way"""
    out = torch.zeros(image.shape)
    out[...] = (image - mean[:, None, None]) / std[:, None, None]
    return out


def wrong_one_image_only(image, mean, std):
    channels = [(image[c] - mean[c]) / std[c] for c in range(3)]
    return torch.stack(channels)


def wrong_sign(image, mean, std):
    """the sign is wrong"""
    return (mean[:, None, None] - image) / std[:, None, None]


def right_vmap(image, mean, std):
    return torch.func.vmap(lambda channel, m, s: (channel - m) / s, in_dims=(-3, 0, 0), out_dims=-3)(image, mean, std)


def wrong_batches_only(image, mean, std):
    """an index runs past the end"""
    return torch.stack([(image[:, c] - mean[c]) / std[c] for c in range(len(mean) + 1)], 1)
