"""Starts TorchServe with an unpacked archive of the wide model. The batch delay is its default."""

import json
import os
import shutil
import socket
import sys
from pathlib import Path

CORES = len(os.sched_getaffinity(0))
HERE = Path(__file__).resolve().parent
home = Path(os.environ["BUILD"]) / "torchserve"
port = int(os.environ["PORT"])


def free_ports(count):
    """Ports that nobody listens at, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


management, metrics, grpc, grpc_management = free_ports(4)
shutil.rmtree(home, ignore_errors=True)
manifest = home / "models/wide/MAR-INF/MANIFEST.json"
manifest.parent.mkdir(parents=True)
manifest.write_text(json.dumps({
    "runtime": "python", "archiverVersion": "0.12.0",
    "model": {"modelName": "wide", "modelVersion": "1.0", "handler": "handler.py", "configFile": "config.yaml"}}))
shutil.copy(HERE / "handler.py", home / "models/wide")
(home / "models/wide/config.yaml").write_text(
    f"minWorkers: {CORES}\nmaxWorkers: {CORES}\nbatchSize: 32\nmaxBatchDelay: 100\n")
(home / "config.properties").write_text(
    f"inference_address=http://127.0.0.1:{port}\nmanagement_address=http://127.0.0.1:{management}\n"
    f"metrics_address=http://127.0.0.1:{metrics}\ngrpc_inference_port={grpc}\ngrpc_management_port={grpc_management}\n"
    "disable_system_metrics=true\njob_queue_size=1000\n"
    f"default_workers_per_model={CORES}\n")
os.environ["LOG_LOCATION"] = os.environ["METRICS_LOCATION"] = str(home / "logs")
os.chdir(home)
program = Path(sys.executable).parent / "torchserve"
os.execv(program, [str(program), "--start", "--foreground", "--ncs", "--disable-token-auth", "--model-store",
                   str(home / "models"), "--ts-config", str(home / "config.properties"), "--models", "wide=wide"])
