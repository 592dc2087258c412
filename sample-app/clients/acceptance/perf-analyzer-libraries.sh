#!/bin/sh
# Prints the library path that perf_analyzer in the virtual environment $1 needs. It is linked with libb64, which no
# Python package has: where the system does not have it, Debian's package is unpacked next to the environment.
set -eu
root=$1
cuda=$(echo "$root"/lib/python3*/site-packages/nvidia/cuda_runtime/lib)
unpacked=$root/libb64
if ! [ -d "$unpacked" ] && ! ldconfig -p 2>/dev/null | grep -q 'libb64\.so\.0d'; then
	temporary=$(mktemp -d)
	trap 'rm -rf "$temporary"' EXIT
	if (cd "$temporary" && apt-get download libb64-0d && dpkg -x libb64-0d_*.deb unpacked) >/dev/null 2>&1; then
		mv "$temporary/unpacked" "$unpacked"
	fi
fi
libraries=$(find "$unpacked" -name 'libb64.so.0d' -exec dirname {} \; 2>/dev/null || true)
echo "$cuda:$libraries"
