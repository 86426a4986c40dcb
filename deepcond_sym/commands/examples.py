"""An example for the help of each command."""

EXAMPLES = {
    "verify": "deepcond verify agarwal2021 starnaud2025/T2-limit --mutants",
    "claims": "deepcond claims 'beyond/D*'",
    "show": "deepcond show tanh",
    "derive": "deepcond derive gelu --normalize --latex",
    "catalog": "deepcond catalog --json",
    "recheck": "deepcond recheck report/certificate.json",
    "sharpen": "deepcond sharpen agarwal2021/C4",
    "decay": "deepcond decay gelu --points 1000 --separation 1/20",
    "condition": "deepcond condition points.npy --activation relu --depth 3",
    "kernel": "deepcond kernel digits --activation gelu --normalize --unit-rows --depth 100 -o kernel.npy --condition",
    "phase": "deepcond phase erf --weight-variance 3/2 --bias-variance 1/20 --digits 30",
    "limit": "deepcond limit 100000000 --cosine 1/3 --digits 30",
    "hunt": "deepcond hunt 'ntk(rho)/ntk(1) <= 2*nngp(rho)' --activation relu --weight-variance 2 --depth 50",
    "figures": "deepcond figures --out figures",
    "page": "deepcond page starnaud2025 --check",
    "cache": "deepcond cache --clear",
}
