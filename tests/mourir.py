"""Un programme qui joue une commande du projet en mourant (kill -9) avant son 1er pas sur le disque, puis son 2e, etc.

Un pas : ouvrir un fichier en écriture, créer, renommer, effacer, ou un ordre donné à la base en construction. À sa
mort, tout ce qui est dans un brouillon est de plus coupé à la moitié : ce qu'une vraie machine n'aurait pas eu le
temps d'écrire. Chaque essai part d'une copie neuve, dans `essais/1`, `essais/2`… ; le dernier va au bout.

    python tests/mourir.py MODELE ESSAIS 5 construire --donnees data

ORDRES : un ordre donné à la base sur combien est un pas ; 0, aucun (sa fermeture compte toujours).
`CTRL_C=1` : il ne meurt pas, il reçoit un Ctrl-C (SIGINT) ; ce qu'il en dit est dans `dit.txt`.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))

import duckdb  # noqa: E402

from indicators.__main__ import MODULES, main  # noqa: E402
from indicators.base.construction import VARIABLE_LOCALES  # noqa: E402

CTRL_C = bool(os.environ.get("CTRL_C"))
_OUVERTURES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_GESTES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}


class Compteur:
    """Compte les pas de ce processus, et le tue juste avant celui-ci."""

    def __init__(self, dernier: int, ici: Path, ordres: int) -> None:
        self.reste, self.ici, self.ordres, self.donnes = dernier, ici, ordres, 0

    def pas(self, quoi: str) -> None:
        """Un pas de plus ; au dernier, écrit lequel et meurt."""
        self.reste -= 1
        if self.reste == 0:
            self.reste = -1
            (self.ici / "mort.txt").write_text(quoi, "utf-8")
            if CTRL_C:
                os.kill(os.getpid(), signal.SIGINT)
                return
            for brouillon in (*self.ici.rglob(".construction-*"), *self.ici.rglob(".ajout-*")):
                for fichier in filter(Path.is_file, brouillon.rglob("*")):
                    os.truncate(fichier, fichier.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    def ecouter(self, evenement: str, details: tuple[Any, ...]) -> None:
        """Ce que Python annonce avant de le faire."""
        if self.reste < 1:
            return
        if evenement == "open":
            chemin, _, options = details
            if not isinstance(chemin, str) or not options & _OUVERTURES or not chemin.startswith(str(self.ici)):
                return
        elif evenement not in _GESTES:
            return
        self.pas(f"{evenement} {details[0]}")

    def connexion(self, connexion: Any) -> Any:
        """Cette connexion, dont chaque ordre est un pas quand elle écrit."""
        compteur = self

        class Comptee:
            def __enter__(self) -> Comptee:
                return self

            def __exit__(self, *_: object) -> None:
                compteur.pas("fermeture de la base")
                connexion.close()

            def __getattr__(self, nom: str) -> Any:
                if nom == "execute" and compteur.ordres:
                    compteur.donnes += 1
                    if compteur.donnes % compteur.ordres == 0:
                        compteur.pas("ordre à la base")
                return getattr(connexion, nom)

        return Comptee()


def essayer(pas: int, ici: Path, ordres: int, commande: list[str]) -> bool:
    """Joue la commande dans un processus à part ; vrai s'il est mort à ce pas, faux s'il est allé au bout."""
    if enfant := os.fork():
        _, etat = os.waitpid(enfant, 0)
        if os.WIFSIGNALED(etat) or (CTRL_C and os.waitstatus_to_exitcode(etat) == 130):
            return True
        if os.waitstatus_to_exitcode(etat):
            sys.exit(f"la commande a échoué au pas {pas}")
        return False
    os.chdir(ici)
    os.environ[VARIABLE_LOCALES] = str(ici / "locales")
    compteur = Compteur(pas, ici, ordres)
    vraie = duckdb.connect

    def connecter(*arguments: Any, **options: Any) -> Any:
        ouverte = vraie(*arguments, **options)
        return ouverte if options.get("read_only") else compteur.connexion(ouverte)

    duckdb.connect = connecter
    if CTRL_C:
        sys.stderr = (ici / "dit.txt").open("w", encoding="utf-8", buffering=1)
    sys.addaudithook(compteur.ecouter)
    try:
        os._exit(main(commande))
    except SystemExit as sortie:
        os._exit(int(sortie.code or 0))


if __name__ == "__main__":
    for module in MODULES:  # une fois, avant de compter : ce que Python compile n'est pas un pas de la commande
        import_module(module)
    modele, essais = Path(sys.argv[1]), Path(sys.argv[2])
    rang = 0
    while True:
        rang += 1
        shutil.copytree(modele, essais / str(rang))
        if not essayer(rang, essais / str(rang), int(sys.argv[3]), sys.argv[4:]):
            break
