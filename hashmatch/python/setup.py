"""Builds the compiled kernels into the package.

Where there is no compiler, the package is installed without them and answers by NumPy. HASHMATCH_EXTENSION=required
makes that an error, as it must be for wheels that are handed out.
"""

import os

from setuptools import Extension, setup

kernels = Extension(
    "hashmatch._kernels",
    ["kernels/module.c"],
    depends=["kernels/base.h", "kernels/buffer.h", "kernels/hash.h", "kernels/index.h", "kernels/pdq.h"],
    define_macros=[("Py_LIMITED_API", "0x030A0000")],
    # Hashes must be the same on every machine: products may be joined with sums only where the source says so.
    extra_compile_args=["-std=c11", "-O3", "-g0", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden"],
    py_limited_api=True,
    optional=os.environ.get("HASHMATCH_EXTENSION") != "required",
)
setup(ext_modules=[kernels], options={"bdist_wheel": {"py_limited_api": "cp310"}})
