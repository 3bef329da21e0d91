"""Fine-tuning of the sentence encoder and its distillation into a static one."""

from training.encoder.batches import BatchPlan, plan_batches
from training.encoder.config import EncoderConfig, Loss, Method, Precision, read_config, write_config
from training.encoder.device import training_device
from training.encoder.fit import FittedEncoder, fit_encoder

__all__ = [
    "BatchPlan",
    "EncoderConfig",
    "FittedEncoder",
    "Loss",
    "Method",
    "Precision",
    "fit_encoder",
    "plan_batches",
    "read_config",
    "training_device",
    "write_config",
]
