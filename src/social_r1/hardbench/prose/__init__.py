"""Gold traces in ordinary words, and the claims of such words (HARDBENCH 11).

`traces` tells every line of a story in a notation that is made to be checked. `told` says the same
as a person would, briefly: the lines that decide, with who was there to see them; where each view
ends and by which line; what is asked; what follows. Each claim has five to twenty wordings and
frames to put it in, all in ``data/prose.yaml``; block mates share theirs, so that words alone tell
no story from its twin. `claims` reads such words back, whoever wrote them, and the oracle
(`hardbench.oracle`) holds them against the log.
"""

from social_r1.hardbench.prose.gold import Texts, brief, cited, claims, told
from social_r1.hardbench.prose.read import read, sentences
from social_r1.hardbench.prose.write import write

__all__ = ["Texts", "brief", "cited", "claims", "read", "sentences", "told", "write"]
