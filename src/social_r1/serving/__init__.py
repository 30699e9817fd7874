"""The reward as a service: the composite reward and content scores over HTTP (`social-r1 serve`).

    request ─ app ─ service ─┬─ pool of scoring processes (rules; worker)
                             └─ batches ─ one content process (reward model, or vLLM's /classify)

The front process only moves bytes: bodies are read, checked and scored in the scoring processes.
It loads neither torch nor the reward. `client` is the other end; `openrlhf` the same reward as a
function file; docs/serving.md shows every endpoint. Nothing here is imported with the package;
FastAPI only in `app` and `run`.
"""
