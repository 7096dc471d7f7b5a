"""Un Ctrl-C pendant une commande : une phrase qui dit vrai, et aucun geste coupé en deux.

Ce qui met en place un résultat le fait `d_un_geste` : un Ctrl-C y attend la fin du geste, et la phrase le compte parmi
ce qui est fait. Partout ailleurs la commande s'arrête où elle est : elle n'a encore écrit que dans un brouillon.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CODE = 130
"""Ce que rend une commande arrêtée au clavier : 128, plus le numéro du signal."""


class _Ecoute:
    def __init__(self) -> None:
        self.faits: list[str] = []
        self.demandee = False
        self.gestes = 0

    def recevoir(self, _signal: int, _ou: FrameType | None) -> None:
        self.demandee = True
        if not self.gestes:
            raise KeyboardInterrupt

    def phrase(self) -> str:
        if not self.faits:
            return "Interrompu : rien n'a été changé."
        return f"Interrompu. Déjà fait, en entier : {' ; '.join(self.faits)}. Rien d'autre n'a été changé."


_ecoute: _Ecoute | None = None


def pendant_le_chargement() -> None:
    """Tant que les bibliothèques se chargent, un Ctrl-C arrête tout de suite : rien n'est commencé."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _arreter)


def _arreter(_signal: int, _ou: FrameType | None) -> None:
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{_Ecoute().phrase()}\n".encode())
    os._exit(CODE)


@contextmanager
def ecouter() -> Iterator[None]:
    """Le temps d'une commande : un Ctrl-C la finit par une phrase et `SystemExit(CODE)`, quoi qu'il ait fait lever.

    La base en cours de calcul lève une autre erreur que Python : c'est le signal reçu qui compte. Une commande qui
    n'entend pas Ctrl-C (lancée en arrière-plan) ne l'entend pas plus ici.
    """
    global _ecoute
    avant = signal.getsignal(signal.SIGINT)
    if avant not in {_arreter, signal.default_int_handler}:
        yield
        return
    ecoute = _ecoute = _Ecoute()
    signal.signal(signal.SIGINT, ecoute.recevoir)
    try:
        yield
    except BaseException as erreur:
        if not ecoute.demandee:
            raise
        print(("\n" if sys.stderr.isatty() else "") + ecoute.phrase(), file=sys.stderr)
        raise SystemExit(CODE) from erreur
    finally:
        _ecoute = None
        # Tout est fini et dit : un Ctrl-C de plus ne trouverait que l'extinction de Python.
        signal.signal(signal.SIGINT, signal.SIG_IGN if avant is _arreter else avant)


@contextmanager
def d_un_geste(fait: str) -> Iterator[None]:
    """Ce qui suit ne se coupe pas : un Ctrl-C attend sa fin, et `fait` est alors ce que la phrase en dit."""
    ecoute = _ecoute
    if ecoute is None:  # un écran : c'est le serveur qui reçoit les signaux
        yield
        return
    ecoute.gestes += 1
    try:
        yield
        ecoute.faits.append(fait)
    finally:
        ecoute.gestes -= 1
    if ecoute.demandee and not ecoute.gestes:
        raise KeyboardInterrupt
