"""``yingcai train``: everything that learns."""

from __future__ import annotations

import typer

from api.commands import train_encoder, train_pairs, train_ranker

app = typer.Typer(help="训练：训练对、编码模型、排序 / training pairs, encoder, ranker", no_args_is_help=True)
app.command("pairs")(train_pairs.run)
app.command("encoder")(train_encoder.run)
app.command("distil")(train_encoder.distil)
app.command("ranker")(train_ranker.run)
