"""The training loop, walked by the reader: it learns, resumes exactly, and exports what it learnt."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from pipeline.errors import TrainingError
from pipeline.networks.ctc import INPUT_HEIGHT, INPUT_WIDTH
from pipeline.training import checkpoint
from pipeline.training.crnn import ReaderTask
from pipeline.training.files import load_trainable, save_trainable
from pipeline.training.loop import Progress, TrainingLoop, TrainingSettings
from pipeline.training.samples import SynthSource
from pipeline.training.tasks import Network, export_network, find_task

SMALL = {"samples": 96, "batch": 8, "validation": 16, "validate_every": 4}
RUN = """
import sys
from pathlib import Path
from pipeline.training.loop import TrainingLoop, TrainingSettings
from pipeline.training.samples import SynthSource
from pipeline.training.tasks import find_task
if __name__ == "__main__":
    settings = TrainingSettings(samples=96, batch=8, validation=16, validate_every=4)
    TrainingLoop(find_task(sys.argv[2]), settings).fit(SynthSource(1), SynthSource(2), Path(sys.argv[1]), print)
"""


def train(folder: Path, network: Network = "crnn", **changed: object) -> tuple[dict[str, torch.Tensor], list[Progress]]:
    seen: list[Progress] = []
    settings = TrainingSettings(**(SMALL | changed))
    state = TrainingLoop(find_task(network), settings).fit(SynthSource(1), SynthSource(2), folder, seen.append)
    return state["averaged"], seen


@pytest.mark.timeout(300)
@pytest.mark.parametrize("network", ["crnn", "char_yolo"])
def test_a_run_killed_with_nine_and_resumed_ends_like_one_that_was_not(network: Network, tmp_path: Path) -> None:
    straight, _ = train(tmp_path / "straight", network)
    script = tmp_path / "run.py"
    script.write_text(RUN, encoding="utf-8")
    killed = tmp_path / "killed"
    project = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, script, killed, network], env=os.environ | {"PYTHONPATH": str(project)}, start_new_session=True
    )
    while not (killed / checkpoint.FILE).is_file():
        assert process.poll() is None, "the run ended before its first checkpoint"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    at_kill = checkpoint.load(killed)
    assert at_kill is not None
    assert 0 < at_kill["step"] < 12
    resumed, seen = train(killed, network)
    assert seen[-1].step == seen[-1].steps == 12
    assert all(torch.equal(straight[name], resumed[name]) for name in straight)


def test_a_run_says_how_it_goes_and_keeps_a_log(tmp_path: Path) -> None:
    _, seen = train(tmp_path, samples=64)
    assert [progress.step for progress in seen] == [4, 8]
    assert seen[-1].val_loss < seen[0].val_loss
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [4, 8]


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    train(tmp_path, samples=64)
    with pytest.raises(TrainingError, match="other settings"):
        train(tmp_path, samples=64, rate=0.01)


def test_a_broken_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / checkpoint.FILE).write_bytes(b"no checkpoint")
    with pytest.raises(TrainingError, match=checkpoint.FILE):
        train(tmp_path)


def test_the_rate_warms_up_stays_and_falls_to_nothing() -> None:
    loop = TrainingLoop(ReaderTask(), TrainingSettings(samples=64_000, batch=64, rate=0.001, decay=0.3))
    rates = [loop.rate_at(step) for step in range(loop.steps)]
    assert rates[0] < 0.0001
    assert rates[500] == pytest.approx(0.001)
    assert rates[-1] < 0.00001


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_exported_weights_say_what_the_network_says(cell: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    task = ReaderTask(cell, ("0", "1", "가", "나"))
    network = task.network().eval()
    trainable = save_trainable(task.about(), network.state_dict(), tmp_path / "crnn.safetensors")
    session = onnxruntime.InferenceSession(export_network("crnn", trainable, tmp_path / "crnn.onnx"))
    assert json.loads(session.get_modelmeta().custom_metadata_map["characters"]) == ["0", "1", "가", "나"]
    pictures = np.random.default_rng(0).normal(size=(3, 1, INPUT_HEIGHT, INPUT_WIDTH)).astype(np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(pictures)).numpy()
    assert np.abs(session.run(None, {"pictures": pictures})[0] - expected).max() < 1e-3


def test_a_file_that_holds_no_weights_is_named(tmp_path: Path) -> None:
    path = tmp_path / "crnn.safetensors"
    path.write_bytes(b"nothing of use")
    with pytest.raises(TrainingError, match=r"crnn\.safetensors"):
        load_trainable(path)
