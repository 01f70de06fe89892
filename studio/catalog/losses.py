"""Losses and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studio.catalog.declaration import CheckRule, Param, Recipe, agreed
from studio.catalog.forms import Axes, Choice, Dtype, Entries, EntryKind, Integer, Number, Role, Switch
from studio.catalog.settings import Settings

DTYPE = Param("dtype", Dtype(policy=True), None, "The dtype that it is worked out in; None follows Keras's.", True)
REDUCTION = Param(
    "reduction",
    Choice(("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"), optional=True),
    "sum_over_batch_size",
    "How the losses of the examples become one number.",
    True,
)
AXIS = Param("axis", Axes(), -1, "The axis of the classes.", True)
MASK_AXES = Param("axis", Axes(several=True, optional=True), None, "The axes of one mask; None takes all.", True)
FROM_LOGITS = Param(
    "from_logits", Switch(), False, "Whether predictions are raw scores, without sigmoid or softmax before."
)
IGNORE_CLASS = Param("ignore_class", Integer(optional=True), None, "A label that does not count.", True)


def _smoothing(default: float = 0.0) -> Param:
    return Param("label_smoothing", Number(0, 1), default, "How much certainty is taken from the labels.")


def _alpha(default: float, help_text: str, name: str = "alpha") -> Param:
    return Param(name, Number(0), default, help_text)


def _loss(
    name: str,
    short: str | None,
    summary: str,
    *params: Param,
    aliases: tuple[str, ...] = (),
    check: CheckRule = agreed,
) -> Recipe:
    path = f"keras.losses.{name}"
    return Recipe(name, path, Role.LOSS, summary, (*params, REDUCTION, DTYPE), short, aliases, check)


def _last_axis(p: Settings) -> Mapping[str, str]:
    """TensorFlow compares classes along the last axis. Source: sparse_categorical_crossentropy of Keras's backend."""
    axis = p.whole("axis")
    return {"axis": "-1: TensorFlow knows the last axis only"} if axis < -1 or axis == 0 else {}


def _logits_axis(p: Settings) -> Mapping[str, str]:
    """TensorFlow cannot count from the end but for −1. Source: categorical_crossentropy of Keras's backend."""
    if not p.on("from_logits") or p.whole("axis") >= -1:
        return {}
    return {"axis": "-1, or counted from the front: with from_logits TensorFlow knows no other"}


def _metric(
    name: str,
    short: str | None,
    summary: str,
    *params: Param,
    aliases: tuple[str, ...] = (),
    check: CheckRule = agreed,
) -> Recipe:
    return Recipe(name, f"keras.metrics.{name}", Role.METRIC, summary, (*params, DTYPE), short, aliases, check)


FOCUS = _alpha(2.0, "How strongly examples that are right already are passed over.", "gamma")

LOSSES = (
    _loss(
        "SparseCategoricalCrossentropy",
        "sparse_categorical_crossentropy",
        "For one class of several, labels as whole numbers.",
        FROM_LOGITS,
        IGNORE_CLASS,
        AXIS,
        check=_last_axis,
    ),
    _loss(
        "CategoricalCrossentropy",
        "categorical_crossentropy",
        "For one class of several, labels one-hot.",
        FROM_LOGITS,
        _smoothing(),
        AXIS,
        check=_logits_axis,
    ),
    _loss(
        "BinaryCrossentropy",
        "binary_crossentropy",
        "For yes or no, or for several labels at once.",
        FROM_LOGITS,
        _smoothing(),
        AXIS,
        aliases=("bce", "BCE"),
    ),
    _loss(
        "MeanSquaredError", "mean_squared_error", "For numbers: the mean square of what is off.", aliases=("mse", "MSE")
    ),
    _loss("MeanAbsoluteError", "mean_absolute_error", "For numbers: the mean of what is off.", aliases=("mae", "MAE")),
    _loss(
        "Huber",
        "huber",
        "For numbers with outliers: squares near, straight far.",
        _alpha(1.0, "Where it becomes straight.", "delta"),
    ),
    _loss("LogCosh", "log_cosh", "For numbers: a smooth absolute error."),
    _loss(
        "MeanAbsolutePercentageError",
        "mean_absolute_percentage_error",
        "For numbers: what is off, in percent.",
        aliases=("mape", "MAPE"),
    ),
    _loss(
        "MeanSquaredLogarithmicError",
        "mean_squared_logarithmic_error",
        "For numbers over several orders of size.",
        aliases=("msle", "MSLE"),
    ),
    _loss("Poisson", "poisson", "For counts."),
    _loss("KLDivergence", "kl_divergence", "For distributions: how far one is from the other.", aliases=("kld", "KLD")),
    _loss("CosineSimilarity", "cosine_similarity", "For directions: −1 where they agree.", AXIS),
    _loss(
        "BinaryFocalCrossentropy",
        "binary_focal_crossentropy",
        "For yes or no where one is rare.",
        Param("apply_class_balancing", Switch(), False, "Whether alpha weighs the classes."),
        _alpha(0.25, "The weight of class 1."),
        FOCUS,
        FROM_LOGITS,
        _smoothing(),
        AXIS,
    ),
    _loss(
        "CategoricalFocalCrossentropy",
        "categorical_focal_crossentropy",
        "For one class of several where some are rare, labels one-hot.",
        _alpha(0.25, "The weight of the classes."),
        FOCUS,
        FROM_LOGITS,
        _smoothing(),
        AXIS,
    ),
    _loss(
        "CategoricalGeneralizedCrossEntropy",
        None,
        "For classes with some wrong labels.",
        Param("q", Number(0, 1, above=True, below=True), 0.5, "0 is cross-entropy, 1 the absolute error."),
    ),
    _loss("Hinge", "hinge", "For labels −1 and 1: a margin between them."),
    _loss("SquaredHinge", "squared_hinge", "For labels −1 and 1: a squared margin."),
    _loss("CategoricalHinge", "categorical_hinge", "For one-hot classes: a margin between them."),
    _loss("Dice", "dice", "For segmentation: how little two masks overlap.", MASK_AXES),
    _loss(
        "Tversky",
        "tversky",
        "For segmentation: Dice with prices for false alarms and misses.",
        _alpha(0.5, "The price of false alarms."),
        _alpha(0.5, "The price of misses.", "beta"),
        MASK_AXES,
    ),
    _loss("CTC", "ctc", "For sequences without alignment, such as speech."),
    _loss(
        "Circle",
        "circle",
        "For embeddings: pulls a class together, pushes others away.",
        _alpha(80.0, "The scale.", "gamma"),
        _alpha(0.4, "How much is left slack.", "margin"),
        Param("remove_diagonal", Switch(), True, "Whether an example is not compared with itself.", True),
    ),
)

SHARES = Entries(EntryKind.NUMBER, optional=True, minimum=0, maximum=1)
THRESHOLDS = Param(
    "thresholds", replace(SHARES, single=True), None, "From where a prediction is a yes, one or several; None is 0.5."
)
CLASS_ID = Param("class_id", Integer(0, optional=True), None, "The one class that counts; None takes all.", True)
TOP_K = Param("top_k", Integer(1, optional=True), None, "How many best predictions count; None takes all.", True)
NUM_THRESHOLDS = Param("num_thresholds", Integer(2), 200, "How finely thresholds are tried.", True)
NUM_CLASSES = Param("num_classes", Integer(1), help="How many classes there are.", start=2)
CLASS_IDS = Param(
    "target_class_ids", Entries(EntryKind.WHOLE, minimum=0), help="The numbers of the classes that count.", start=(0,)
)
SPARSE_TRUE = Param("sparse_y_true", Switch(), True, "Whether labels are whole numbers.", True)


def _sparse_pred(default: bool) -> Param:
    return Param("sparse_y_pred", Switch(), default, "Whether predictions are whole numbers.", True)


def _k(default: int = 5) -> Param:
    return Param("k", Integer(1), default, "Among how many best predictions it must be.")


def _confusion(name: str, short: str, summary: str) -> Recipe:
    return _metric(name, short, summary, THRESHOLDS)


def _at(name: str, given: str, summary: str) -> Recipe:
    param = Param(given, Number(0, 1), help=f"The {given} that is asked for, from 0 to 1.", start=0.9)
    return _metric(name, None, summary, param, NUM_THRESHOLDS, CLASS_ID)


def _score(name: str, short: str, summary: str, *params: Param) -> Recipe:
    return _metric(
        name,
        short,
        summary,
        Param("average", Choice(("micro", "macro", "weighted"), optional=True), None, "How classes become one number."),
        *params,
        Param(
            "threshold",
            Number(0, 1, optional=True, above=True),
            None,
            "From where a prediction is a yes; None takes the best.",
        ),
    )


def _labels(p: Settings) -> Mapping[str, str]:
    """Source: keras.metrics.AUC."""
    labels, weights = p["num_labels"], p["label_weights"]
    if labels is not None and not p.on("multi_label"):
        return {"num_labels": "None, or multi_label=True beside it"}
    if isinstance(weights, tuple) and len(weights) > 1 and not p.on("multi_label"):
        return {"label_weights": "None, or multi_label=True beside it"}
    if isinstance(weights, tuple) and isinstance(labels, int) and labels > 1 and len(weights) not in (1, labels):
        return {"label_weights": f"{labels} weights, one for each of num_labels, or one for all"}
    return {}


def _one_axis(p: Settings) -> Mapping[str, str]:
    """Keras sums the result, which has one axis, along the axis of the classes. Source: keras.metrics.MeanIoU."""
    return {} if p["axis"] in (0, -1) else {"axis": "-1 or 0: Keras uses it for its result as well"}


def _classes(p: Settings) -> Mapping[str, str]:
    """Source: keras.metrics.IoU."""
    count, chosen = p.whole("num_classes"), p["target_class_ids"]
    assert isinstance(chosen, tuple)
    beyond = any(isinstance(each, int) and each >= count for each in chosen)
    return {"target_class_ids": f"classes from 0 to {count - 1}: num_classes is {count}"} if beyond else _one_axis(p)


METRICS = (
    Recipe(
        "accuracy",
        "",
        Role.METRIC,
        "The share that is right; Keras picks the kind that fits the labels.",
        (),
        "accuracy",
        ("acc",),
    ),
    Recipe(
        "crossentropy",
        "",
        Role.METRIC,
        "Cross-entropy; Keras picks the kind that fits the labels.",
        (),
        "crossentropy",
        ("ce",),
    ),
    _metric("Accuracy", None, "The share of predictions that equal their labels exactly."),
    _metric(
        "SparseCategoricalAccuracy", "sparse_categorical_accuracy", "The share that is right, labels as whole numbers."
    ),
    _metric("CategoricalAccuracy", "categorical_accuracy", "The share that is right, labels one-hot."),
    _metric(
        "BinaryAccuracy",
        "binary_accuracy",
        "The share of yes and no that is right.",
        Param("threshold", Number(0, 1), 0.5, "From where a prediction is a yes."),
    ),
    _metric(
        "TopKCategoricalAccuracy", "top_k_categorical_accuracy", "The share whose class is among the best k.", _k()
    ),
    _metric(
        "SparseTopKCategoricalAccuracy",
        "sparse_top_k_categorical_accuracy",
        "The share whose class is among the best k, labels as whole numbers.",
        _k(),
        Param("from_sorted_ids", Switch(), False, "Whether predictions are class numbers, best first.", True),
    ),
    _metric("Precision", "precision", "The share of yeses that are right.", THRESHOLDS, TOP_K, CLASS_ID),
    _metric("Recall", "recall", "The share of what should be yes that is found.", THRESHOLDS, TOP_K, CLASS_ID),
    _metric(
        "AUC",
        "auc",
        "The area under the ROC or precision-recall curve.",
        NUM_THRESHOLDS,
        Param("curve", Choice(("ROC", "PR")), "ROC", "Which curve."),
        Param(
            "summation_method",
            Choice(("interpolation", "minoring", "majoring")),
            "interpolation",
            "How the area is summed.",
            True,
        ),
        Param("thresholds", SHARES, None, "Thresholds of your own.", True),
        Param("multi_label", Switch(), False, "Whether each label has a curve of its own."),
        Param("num_labels", Integer(1, optional=True), None, "How many labels there are.", True),
        Param(
            "label_weights",
            Entries(EntryKind.NUMBER, optional=True, minimum=0),
            None,
            "How much each label counts.",
            True,
        ),
        FROM_LOGITS,
        check=_labels,
    ),
    _score("F1Score", "f1_score", "The harmonic mean of precision and recall."),
    _score(
        "FBetaScore",
        "f_beta_score",
        "Precision and recall, recall beta times as important.",
        Param("beta", Number(0, above=True), 1.0, "How much more recall counts."),
    ),
    _confusion("TruePositives", "true_positives", "How many yeses are right."),
    _confusion("TrueNegatives", "true_negatives", "How many noes are right."),
    _confusion("FalsePositives", "false_positives", "How many yeses are wrong."),
    _confusion("FalseNegatives", "false_negatives", "How many noes are wrong."),
    _at("PrecisionAtRecall", "recall", "The best precision at a given recall."),
    _at("RecallAtPrecision", "precision", "The best recall at a given precision."),
    _at("SensitivityAtSpecificity", "specificity", "The best sensitivity at a given specificity."),
    _at("SpecificityAtSensitivity", "sensitivity", "The best specificity at a given sensitivity."),
    _metric("MeanSquaredError", "mean_squared_error", "The mean square of what is off.", aliases=("mse", "MSE")),
    _metric("RootMeanSquaredError", "root_mean_squared_error", "The root of the mean square of what is off."),
    _metric("MeanAbsoluteError", "mean_absolute_error", "The mean of what is off.", aliases=("mae", "MAE")),
    _metric(
        "MeanAbsolutePercentageError",
        "mean_absolute_percentage_error",
        "What is off, in percent.",
        aliases=("mape", "MAPE"),
    ),
    _metric(
        "MeanSquaredLogarithmicError",
        "mean_squared_logarithmic_error",
        "The mean square of what the logarithms are off.",
        aliases=("msle", "MSLE"),
    ),
    _metric("LogCoshError", "log_cosh_error", "A smooth absolute error."),
    _metric(
        "R2Score",
        "r2_score",
        "The share of the variance that is explained.",
        Param(
            "class_aggregation",
            Choice(("uniform_average", "variance_weighted_average"), optional=True),
            "uniform_average",
            "How several outputs become one number.",
        ),
        Param("num_regressors", Integer(0), 0, "How many regressors the adjustment counts.", True),
    ),
    _metric("CosineSimilarity", "cosine_similarity", "How far directions agree.", AXIS),
    _metric("PearsonCorrelation", "pearson_correlation", "How far two things move together.", AXIS),
    _metric("ConcordanceCorrelation", "concordance_correlation", "How far two things agree.", AXIS),
    _metric(
        "BinaryCrossentropy",
        "binary_crossentropy",
        "The loss for yes or no.",
        FROM_LOGITS,
        _smoothing(0),
        aliases=("bce", "BCE"),
    ),
    _metric(
        "CategoricalCrossentropy",
        "categorical_crossentropy",
        "The loss for one-hot classes.",
        FROM_LOGITS,
        _smoothing(0),
        AXIS,
        check=_logits_axis,
    ),
    _metric(
        "SparseCategoricalCrossentropy",
        "sparse_categorical_crossentropy",
        "The loss for classes as whole numbers.",
        FROM_LOGITS,
        IGNORE_CLASS,
        AXIS,
        check=_last_axis,
    ),
    _metric("KLDivergence", "kl_divergence", "How far one distribution is from the other."),
    _metric("Poisson", "poisson", "The loss for counts."),
    _metric("Hinge", "hinge", "A margin between −1 and 1."),
    _metric("SquaredHinge", "squared_hinge", "A squared margin between −1 and 1."),
    _metric("CategoricalHinge", "categorical_hinge", "A margin between one-hot classes."),
    _metric(
        "IoU",
        None,
        "How far chosen classes overlap, for segmentation.",
        NUM_CLASSES,
        CLASS_IDS,
        IGNORE_CLASS,
        SPARSE_TRUE,
        _sparse_pred(True),
        AXIS,
        check=_classes,
    ),
    _metric(
        "MeanIoU",
        None,
        "How far all classes overlap, for segmentation.",
        NUM_CLASSES,
        IGNORE_CLASS,
        SPARSE_TRUE,
        _sparse_pred(True),
        AXIS,
        check=_one_axis,
    ),
    _metric(
        "OneHotIoU",
        None,
        "How far chosen one-hot classes overlap.",
        NUM_CLASSES,
        CLASS_IDS,
        IGNORE_CLASS,
        _sparse_pred(False),
        AXIS,
        check=_classes,
    ),
    _metric(
        "OneHotMeanIoU",
        None,
        "How far all one-hot classes overlap.",
        NUM_CLASSES,
        IGNORE_CLASS,
        _sparse_pred(False),
        AXIS,
        check=_one_axis,
    ),
    _metric(
        "BinaryIoU",
        "binary_io_u",
        "How far two yes-and-no masks overlap.",
        Param("target_class_ids", Entries(EntryKind.WHOLE, minimum=0, maximum=1), (0, 1), "The classes that count."),
        Param("threshold", Number(0, 1), 0.5, "From where a prediction is a yes."),
    ),
)

RECIPES = (*LOSSES, *METRICS)
