"""Optimizers and learning-rate schedules."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.declaration import Param, Recipe
from studio.catalog.forms import Entries, EntryKind, Integer, Number, Rate, Role, Switch
from studio.catalog.settings import Settings

EPSILON = "A small number against division by zero."


def _rate(default: float = 0.001) -> Param:
    return Param("learning_rate", Rate(), default, "How far each step goes, or a schedule for it.")


def _number(name: str, default: float, help_text: str, *, advanced: bool = False) -> Param:
    return Param(name, Number(), default, help_text, advanced)


def _amount(name: str, default: float, help_text: str) -> Param:
    return Param(name, Number(0), default, help_text)


def _share(name: str, default: float, help_text: str) -> Param:
    return Param(name, Number(0, 1), default, help_text)


def _decay(default: float | None = None) -> Param:
    return Param("weight_decay", Number(0, optional=True), default, "How much weights shrink at each step.")


BETAS = (
    _share("beta_1", 0.9, "How long past gradients are remembered."),
    _share("beta_2", 0.999, "How long past squared gradients are remembered."),
)
SMALL = _number("epsilon", 1e-07, EPSILON, advanced=True)
AMSGRAD = Param("amsgrad", Switch(), False, "Whether the largest past squared gradient counts.", True)

CLIPPING = (
    Param("clipnorm", Number(0, optional=True), None, "Cuts each gradient to this length.", True),
    Param("clipvalue", Number(0, optional=True), None, "Cuts each gradient element to this size.", True),
    Param("global_clipnorm", Number(0, optional=True), None, "Cuts all gradients together to this length.", True),
)
AVERAGING = (
    Param("use_ema", Switch(), False, "Whether moving averages of the weights are kept.", True),
    Param("ema_momentum", Number(0, 1), 0.99, "How slowly the averages follow.", True),
    Param(
        "ema_overwrite_frequency",
        Integer(1, optional=True),
        None,
        "After how many steps the weights become their averages; None at the end.",
        True,
    ),
    Param(
        "loss_scale_factor", Number(0, optional=True), None, "What the loss is multiplied by against underflow.", True
    ),
    Param("gradient_accumulation_steps", Integer(2, optional=True), None, "How many batches make one update.", True),
)
ENDING = (*CLIPPING, *AVERAGING)


def _optimizer(name: str, summary: str, *params: Param, short: bool = True) -> Recipe:
    text = name.lower() if short else None
    path = f"keras.optimizers.{name}"
    return Recipe(name, path, Role.OPTIMIZER, summary, (*params, *ENDING), text, check=_clips_once)


def _clips_once(p: Settings) -> Mapping[str, str]:
    """Gradients are cut in one way. Source: keras.optimizers.Optimizer."""
    chosen = [param.name for param in CLIPPING if p[param.name] is not None]
    if len(chosen) < 2:
        return {}
    return dict.fromkeys(chosen[1:], f"None, because {chosen[0]} cuts the gradients already")


OPTIMIZERS = (
    _optimizer(
        "Adam", "Adapts the step of each weight: a good first choice.", _rate(), *BETAS, SMALL, AMSGRAD, _decay()
    ),
    _optimizer(
        "SGD",
        "Plain gradient descent, with momentum if you like.",
        _rate(0.01),
        _share("momentum", 0.0, "How much of the last step goes on."),
        Param("nesterov", Switch(), False, "Whether the momentum looks ahead."),
        _decay(),
    ),
    _optimizer(
        "RMSprop",
        "Divides steps by the recent size of gradients; usual for recurrent networks.",
        _rate(),
        _share("rho", 0.9, "How long past gradients are remembered."),
        _share("momentum", 0.0, "How much of the last step goes on."),
        SMALL,
        Param("centered", Switch(), False, "Whether the mean gradient is taken off.", True),
        _decay(),
    ),
    _optimizer(
        "AdamW",
        "Adam with weight decay done right.",
        _rate(),
        Param("weight_decay", Number(0), 0.004, "How much weights shrink at each step."),
        *BETAS,
        SMALL,
        AMSGRAD,
    ),
    _optimizer("Nadam", "Adam whose momentum looks ahead.", _rate(), *BETAS, SMALL, _decay()),
    _optimizer("Adamax", "Adam by the largest gradient: steady with sparse ones.", _rate(), *BETAS, SMALL, _decay()),
    _optimizer(
        "Adagrad",
        "Smaller steps for weights that moved much.",
        _rate(),
        _number("initial_accumulator_value", 0.1, "What the sums of squares begin with."),
        SMALL,
        _decay(),
    ),
    _optimizer(
        "Adadelta",
        "An Adagrad that forgets.",
        _rate(),
        _share("rho", 0.95, "How long past gradients are remembered."),
        SMALL,
        _decay(),
    ),
    _optimizer(
        "Adafactor",
        "Adapts with little memory: for very large models.",
        _rate(),
        _number("beta_2_decay", -0.8, "How the memory of squared gradients grows."),
        _number("epsilon_1", 1e-30, EPSILON, advanced=True),
        _number("epsilon_2", 0.001, "A small number that keeps steps from vanishing.", advanced=True),
        _number("clip_threshold", 1.0, "Where updates are cut."),
        Param("relative_step", Switch(), True, "Whether the learning rate falls with the steps."),
        _decay(),
    ),
    _optimizer(
        "Lion",
        "Steps by the sign of the momentum: little memory.",
        _rate(),
        Param("beta_1", Number(0, 1, above=True), 0.9, "How gradient and momentum mix."),
        _share("beta_2", 0.99, "How long past gradients are remembered."),
        _decay(),
    ),
    _optimizer("Lamb", "Adam for very large batches.", _rate(), *BETAS, SMALL, _decay(), short=False),
    _optimizer(
        "Ftrl",
        "For wide linear models with sparse features.",
        _rate(),
        Param("learning_rate_power", Number(None, 0), -0.5, "How the learning rate falls."),
        _amount("initial_accumulator_value", 0.1, "What the sums of squares begin with."),
        _amount("l1_regularization_strength", 0.0, "A price on absolute values."),
        _amount("l2_regularization_strength", 0.0, "A price on squares."),
        _amount("l2_shrinkage_regularization_strength", 0.0, "A price on squares that is no part of the step."),
        _number("beta", 0.0, "A number added to the step's divisor."),
        _decay(),
    ),
    _optimizer(
        "Muon",
        "Orthogonal steps for matrices, Adam for the rest.",
        _rate(),
        _share("adam_beta_1", 0.9, "Adam's beta_1 for what is no matrix."),
        _share("adam_beta_2", 0.999, "Adam's beta_2 for what is no matrix."),
        Param("adam_weight_decay", Number(0), 0.004, "Adam's weight decay."),
        SMALL,
        _decay(0.004),
        Param("exclude_embeddings", Switch(), True, "Whether Adam trains embeddings.", True),
        _number("muon_a", 3.4445, "The iteration's first coefficient.", advanced=True),
        _number("muon_b", -4.775, "The iteration's second coefficient.", advanced=True),
        _number("muon_c", 2.0315, "The iteration's third coefficient.", advanced=True),
        _number("adam_lr_ratio", 1, "Adam's learning rate over Muon's."),
        _share("momentum", 0.95, "How much of the last step goes on."),
        Param("ns_steps", Integer(1), 5, "How many iterations make a step orthogonal.", True),
        Param("nesterov", Switch(), True, "Whether the momentum looks ahead."),
        _number("rms_rate", 0.2, "How Muon's steps are scaled to Adam's.", advanced=True),
    ),
    _optimizer(
        "ScheduleFreeAdamW",
        "AdamW that needs no schedule.",
        _rate(0.0025),
        *BETAS,
        _number("epsilon", 1e-08, EPSILON, advanced=True),
        Param("warmup_steps", Integer(0), 0, "Over how many steps the learning rate rises."),
        _decay(),
    ),
)


def _schedule(name: str, summary: str, *params: Param) -> Recipe:
    return Recipe(name, f"keras.optimizers.schedules.{name}", Role.SCHEDULE, summary, params)


def _pieces(p: Settings) -> Mapping[str, str]:
    """Source: keras.optimizers.schedules.PiecewiseConstantDecay."""
    boundaries, values = p["boundaries"], p["values"]
    assert isinstance(boundaries, tuple)
    assert isinstance(values, tuple)
    wanted = len(boundaries) + 1
    return {} if len(values) == wanted else {"values": f"{wanted} learning rates, one more than boundaries"}


START = Param("initial_learning_rate", Number(0), help="The learning rate at the start.", start=0.001)
STEPS = Param("decay_steps", Integer(1), help="Over how many batches it falls.", start=1000)
STAIRCASE = Param("staircase", Switch(), False, "Whether it falls in steps.")
DECAY_RATE = Param("decay_rate", Number(), help="How fast it falls.", start=0.9)
ALPHA = Param("alpha", Number(), 0.0, "The share of the first learning rate that is left at the end.")

SCHEDULES = (
    _schedule(
        "ExponentialDecay", "Multiplied by the same factor again and again.", START, STEPS, DECAY_RATE, STAIRCASE
    ),
    _schedule(
        "CosineDecay",
        "Falls along half a cosine, after a warm-up if you like.",
        START,
        STEPS,
        ALPHA,
        Param("warmup_target", Number(optional=True), None, "What it rises to first; None leaves the warm-up out."),
        Param("warmup_steps", Integer(0), 0, "Over how many batches it rises."),
    ),
    _schedule(
        "CosineDecayRestarts",
        "Falls along a cosine and starts anew.",
        START,
        Param("first_decay_steps", Integer(1), help="Over how many batches it falls the first time.", start=1000),
        _number("t_mul", 2.0, "How much longer each time is."),
        _number("m_mul", 1.0, "What each start is multiplied by."),
        ALPHA,
    ),
    _schedule("InverseTimeDecay", "Divided by a number that grows evenly.", START, STEPS, DECAY_RATE, STAIRCASE),
    Recipe(
        "PiecewiseConstantDecay",
        "keras.optimizers.schedules.PiecewiseConstantDecay",
        Role.SCHEDULE,
        "Constant between given batches.",
        (
            Param(
                "boundaries",
                Entries(EntryKind.WHOLE, minimum=0),
                help="After which batches it changes.",
                start=(1000, 2000),
            ),
            Param(
                "values",
                Entries(EntryKind.NUMBER),
                help="The learning rates between them: one more than boundaries.",
                start=(0.001, 0.0003, 0.0001),
            ),
        ),
        check=_pieces,
    ),
    _schedule(
        "PolynomialDecay",
        "Falls along a power to a last value.",
        START,
        STEPS,
        _number("end_learning_rate", 0.0001, "The learning rate at the end."),
        _number("power", 1.0, "The power; 1 is a straight line."),
        Param("cycle", Switch(), False, "Whether it starts anew at the end."),
    ),
)

RECIPES = (*OPTIMIZERS, *SCHEDULES)
