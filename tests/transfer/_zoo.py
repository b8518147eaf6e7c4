"""Files of weights for small networks of timm: drawn, and changed as if they had been trained."""

import torch
from safetensors.torch import save_file

from vistazo.pretrained._timm import timm_module


def trained(name, seed=1):
    """Return a network of timm of which every number has moved."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = timm_module().create_model(name).eval()
        with torch.no_grad():
            for tensor in network.state_dict().values():
                if tensor.is_floating_point():
                    tensor.mul_(1 + 0.1 * torch.rand(tensor.shape)).add_(0.01)
    return network


def saved(network, path):
    """Write the state of a network as safetensors, and return the path as text."""
    save_file(network.state_dict(), path)
    return str(path)
