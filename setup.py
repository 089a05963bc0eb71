"""Which folders make up the one import package `infraplan`; all else stands in pyproject.toml.

The folders keep their short names at the top of the project. What is installed is one package,
so that nothing of a user's own called `models` or `optimizer` is ever in the way.
"""

from setuptools import find_packages, setup

FACE = "optimizer.public"

setup(
    package_dir={
        "infraplan": FACE.replace(".", "/"),
        "infraplan.models": "models",
        "infraplan.optimizer": "optimizer",
        "infraplan.instances": "instances",
    },
    packages=[
        "infraplan",
        "infraplan.instances",
        *(
            f"infraplan.{name}"
            for name in find_packages(include=["models", "models.*", "optimizer", "optimizer.*"])
            if name != FACE
        ),
    ],
)
