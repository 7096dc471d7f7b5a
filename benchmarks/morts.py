"""`python -m benchmarks.morts` : cent commandes tuées net (kill -9) à un instant tiré au sort ; rien n'est perdu.

Cinq sortes, vingt de chaque : construire, importer, annuler, exporter, écrire dans le suivi. Chacune part d'une copie
neuve d'un petit dossier de données, est jouée une fois jusqu'au bout (ce qui donne l'état d'après et sa durée), puis
tuée à un instant au hasard de cette durée. Après chaque mort, ce qui se lit est l'état d'avant ou celui d'après, rien
d'autre ; la même commande, rejouée, réussit et ne laisse aucun brouillon. `tests/mourir.py`, lui, s'arrête devant
chaque pas sur le disque, un par un ; ici le hasard tombe aussi entre deux.

    python -m benchmarks.morts [--graine 20] [--combien 100] [--sortes annuler,suivi]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import URL, make_url

from .mesures import But, Tableau

RACINE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(RACINE), str(RACINE / "tests")]

from depots import pauvrete  # noqa: E402
from feuilles import PETITE_BASE, ecrire_les_feuilles  # noqa: E402 — la petite base des tests

from indicators.base.base import Base  # noqa: E402
from indicators.base.construction import VARIABLE_LOCALES, assurer, construire, imports_appliques  # noqa: E402
from indicators.imports.moteur.journal import journal  # noqa: E402
from indicators.suivi import seances  # noqa: E402
from indicators.suivi.magasin import Magasin  # noqa: E402
from tests.suivi.conftest import ANIMATRICE  # noqa: E402
from tests.suivi.ecrivain import COMMUNE  # noqa: E402

BROUILLONS = (".construction-*", ".ajout-*", ".paquet-*", ".embarquement-*")


class Perdu(Exception):
    """Ce qui n'est ni l'état d'avant, ni celui d'après ; ou un reste."""


@dataclass(frozen=True)
class Sorte:
    """Une commande à tuer. `preparer` : ce qui la précède ; `etat` : ce qui se lit du dossier, à comparer."""

    nom: str
    commande: tuple[str, ...]
    preparer: Callable[[Path], None]
    etat: Callable[[Path], object]


def _lues(ici: Path) -> object:
    """Les chiffres que sert la base de ce dossier, comme le ferait un écran, et les ajouts en service."""
    os.environ[VARIABLE_LOCALES] = str(ici / "locales")
    with ouvrir(assurer(ici / "data").chemin) as base:
        chiffres = frozenset((o.annee, o.valeur, o.source) for o in base.observations(["QP001001"], ["taux_pauvrete"]))
    for ajout in imports_appliques(ici / "data"):
        if not (ajout / "import.json").exists():
            raise Perdu(f"l'ajout {ajout.name} est à moitié")
    return chiffres, tuple((e.numero, e.en_service) for e in journal(ici / "data"))


@contextmanager
def ouvrir(chemin: Path) -> Iterator[Base]:
    """Cette base, le temps d'une lecture."""
    base = Base(chemin)
    try:
        yield base
    finally:
        base.fermer()


@contextmanager
def ouvrir_le_suivi(adresse: URL) -> Iterator[Magasin]:
    """Ce magasin, le temps d'une lecture ou d'une écriture."""
    magasin = Magasin.ouvrir(adresse)
    try:
        yield magasin
    finally:
        magasin.fermer()


def _paquet(ici: Path) -> object:
    """Le paquet exporté : chaque fichier et son condensat, à la date près ; vide s'il n'y en a pas."""
    ou = ici / "paquet"
    contenus = {}
    for chemin in sorted(f for f in ou.rglob("*") if f.is_file()):
        octets = chemin.read_bytes()
        if chemin.suffix in {".csv", ".parquet"}:
            contenus[chemin.relative_to(ou).as_posix()] = hashlib.sha256(octets).hexdigest()
        elif not octets:
            raise Perdu(f"{chemin.name} est vide")
        else:
            contenus[chemin.relative_to(ou).as_posix()] = ""
    return tuple(contenus.items())


def _changer(ancien: str, nouveau: str) -> Callable[[Path], None]:
    def changer(ici: Path) -> None:
        essai = ici / "data" / "observations" / "essai.csv"
        texte = essai.read_text("utf-8-sig")
        if ancien not in texte:
            raise RuntimeError(f"{ancien} n'est pas dans le modèle")
        essai.write_text(texte.replace(ancien, nouveau), "utf-8-sig")

    return changer


def _jouer(ici: Path, commande: tuple[str, ...]) -> None:
    fait = subprocess.run(
        _ligne(commande), cwd=ici, env=_environnement(ici), capture_output=True, text=True, check=False
    )
    if fait.returncode:
        raise Perdu(f"{' '.join(commande)} : {fait.stderr[-400:]}")


def _ligne(commande: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "indicators", *commande, "--donnees", "data"]


def _environnement(ici: Path) -> dict[str, str]:
    return os.environ | {VARIABLE_LOCALES: str(ici / "locales"), "PYTHONPATH": str(RACINE)}


def _importer(ici: Path) -> None:
    _jouer(ici, ("importer", "m.csv"))


def _rien(_: Path) -> None:
    return


def _exporte(ici: Path) -> None:
    _jouer(ici, ("exporter", "--sortie", "paquet"))
    _changer(";46,7;", ";47,7;")(ici)
    construire(ici / "data")


SORTES = (
    Sorte("construire", ("construire",), _changer(";46,7;", ";47,7;"), _lues),
    Sorte("importer", ("importer", "m.csv"), _rien, _lues),
    Sorte("annuler", ("annuler", "1"), _importer, _lues),
    Sorte("exporter", ("exporter", "--sortie", "paquet", "--remplacer"), _exporte, _paquet),
)


def modele(ici: Path) -> Path:
    """Le dossier dont tout part : la petite base des tests, construite, et un fichier à ajouter."""
    ecrire_les_feuilles(ici / "data", PETITE_BASE)
    os.environ[VARIABLE_LOCALES] = str(ici / "locales")
    construire(ici / "data")
    (ici / "m.csv").write_text(pauvrete("44,5"), "utf-8")
    return ici


def restes(ici: Path) -> list[str]:
    """Les brouillons qu'une commande suivante aurait dû balayer."""
    return sorted(chemin.name for motif in BROUILLONS for chemin in ici.rglob(motif))


def tuer(sorte: Sorte, depart: Path, ou: Path, combien: int, hasard: random.Random) -> Counter[str]:
    """Joue cette sorte `combien` fois ; rend combien sont mortes avant, combien après, combien sont allées au bout."""
    pret = ou / "pret"
    shutil.copytree(depart, pret)
    os.environ[VARIABLE_LOCALES] = str(pret / "locales")
    if sorte.nom != "construire":
        sorte.preparer(pret)
    avant = sorte.etat(pret)
    if sorte.nom == "construire":
        sorte.preparer(pret)  # lire l'état d'avant le construirait
    entier = ou / "entier"
    shutil.copytree(pret, entier)
    debut = time.perf_counter()
    _jouer(entier, sorte.commande)
    duree, apres = time.perf_counter() - debut, sorte.etat(entier)
    if avant == apres:
        raise RuntimeError(f"{sorte.nom} ne change rien : l'essai ne prouverait rien")
    comptes: Counter[str] = Counter()
    for rang in range(combien):
        ici = ou / str(rang)
        shutil.copytree(pret, ici)
        # Le chargement de Python en prend la première moitié, où rien n'est écrit : l'instant est dans le reste.
        instant = duree * hasard.uniform(0.4, 1.05)
        processus = subprocess.Popen(
            _ligne(sorte.commande),
            cwd=ici,
            env=_environnement(ici),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            processus.wait(instant)
            comptes["allées au bout"] += 1
        except subprocess.TimeoutExpired:
            processus.send_signal(signal.SIGKILL)
            processus.wait()
            comptes["tuées"] += 1
        if restes(ici):
            comptes["avec un brouillon laissé"] += 1
        os.environ[VARIABLE_LOCALES] = str(ici / "locales")
        trouve = _intact(sorte, ici) if sorte.nom == "construire" else sorte.etat(ici)
        if trouve not in (avant, apres):
            raise Perdu(f"{sorte.nom}, {instant:.2f} s : ni l'état d'avant, ni celui d'après")
        comptes["état d'avant" if trouve == avant else "état d'après"] += 1
        if trouve == avant or sorte.nom in {"construire", "exporter"}:
            _jouer(ici, sorte.commande)
        if sorte.etat(ici) != apres:
            raise Perdu(f"{sorte.nom}, {instant:.2f} s : rejouée, la commande n'a pas fini")
        if laisses := restes(ici):
            _vieillir(ici)
            assurer(ici / "data")
            if restes(ici):
                raise Perdu(f"{sorte.nom}, {instant:.2f} s : il reste {laisses}")
        shutil.rmtree(ici)
    return comptes


def _vieillir(ici: Path) -> None:
    """Un brouillon tué avant d'avoir pris son verrou n'est balayé qu'après une heure : elle passe."""
    for motif in BROUILLONS:
        for chemin in ici.rglob(motif):
            if not (chemin / ".vivant").exists():
                os.utime(chemin, (0, 0))


def _intact(sorte: Sorte, ici: Path) -> object:
    """L'état de la plus récente base présente, sans la reconstruire : ce qu'un serveur déjà lancé aurait servi."""
    bases = sorted((ici / "data").glob("observatoire-*.duckdb"), key=lambda b: b.stat().st_mtime_ns)
    lus = []
    for chemin in bases:
        with ouvrir(chemin) as base:
            lus.append(
                frozenset((o.annee, o.valeur, o.source) for o in base.observations(["QP001001"], ["taux_pauvrete"]))
            )
    if not lus:
        raise Perdu("plus aucune base")
    return lus[-1], ()


def tuer_le_suivi(ou: Path, combien: int, hasard: random.Random) -> Counter[str]:
    """Un processus écrit sans fin dans un magasin SQLite, disant chaque version confirmée, et meurt."""
    comptes: Counter[str] = Counter()
    for rang in range(combien):
        adresse = make_url(f"sqlite:///{ou / f'suivi-{rang}.sqlite'}")
        with ouvrir_le_suivi(adresse) as magasin:
            seances.ecrire_seance(magasin, ANIMATRICE, "s1", "Comité", "EPCI200000001", date(2026, 11, 28), 0)
        processus = subprocess.Popen(
            [sys.executable, "-m", "tests.suivi.ecrivain", "sans_fin", adresse.render_as_string(False)],
            cwd=RACINE, env=os.environ | {"PYTHONPATH": f"{RACINE}:{RACINE / 'tests'}"}, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        if processus.stdout is None:
            raise RuntimeError("le processus n'a pas de sortie")
        processus.stdout.readline()  # il écrit
        time.sleep(hasard.uniform(0.0, 0.6))
        processus.send_signal(signal.SIGKILL)
        confirmees = [1, *(int(li) for li in processus.stdout.read().splitlines() if li.isdigit())]
        processus.wait()
        with ouvrir_le_suivi(adresse) as magasin:
            note = seances.notes(magasin, "s1")[COMMUNE]
            if note.trace.version - confirmees[-1] not in (0, 1) or note.texte != f"version {note.trace.version}":
                raise Perdu(f"suivi : version {note.trace.version}, {confirmees[-1]} confirmées")
            comptes["état d'avant" if note.trace.version == confirmees[-1] else "état d'après"] += 1
            seances.noter(magasin, ANIMATRICE, "s1", COMMUNE, "après", note.trace.version, brouillon=False)
        comptes["tuées"] += 1
    return comptes


_COMPTES = ("tuées", "allées au bout", "état d'avant", "état d'après", "avec un brouillon laissé")


def tableau(graine: int, comptes: dict[str, Counter[str]]) -> Tableau:
    """Le décompte de chaque sorte, pour le rapport."""
    jouees = sum(n["tuées"] + n["allées au bout"] for n in comptes.values())
    return Tableau(
        "Commandes tuées au hasard",
        f"kill -9 à un instant tiré au sort (graine {graine}) ; chaque mort laisse l'état d'avant ou celui d'après, et "
        "la commande rejouée finit sans reste. Pour le suivi, « d'après » : une écriture faite et pas encore dite.",
        ("commande", *_COMPTES),
        tuple((nom, *(str(n[quoi]) for quoi in _COMPTES)) for nom, n in comptes.items()),
        (
            But(
                "commandes tuées au hasard : perdues, à moitié ou avec un reste",
                "aucune",
                f"0 sur {jouees}",
                jouees > 0,
            ),
        ),
    )


def compter(graine: int, combien: int, sortes: Collection[str]) -> dict[str, Counter[str]]:
    """Joue ces sortes, `combien` fois chacune ; lève `Perdu` à la première perte."""
    comptes: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory(prefix="morts-") as nom:
        depart = modele(Path(nom) / "modele")
        for sorte in (s for s in SORTES if s.nom in sortes):
            (Path(nom) / sorte.nom).mkdir()
            # Une graine par sorte : la rejouer seule redonne les mêmes instants.
            hasard = random.Random(f"{graine} {sorte.nom}")
            comptes[sorte.nom] = tuer(sorte, depart, Path(nom) / sorte.nom, combien, hasard)
            print(f"{sorte.nom} : {_dit(comptes[sorte.nom])}", flush=True)
        if "suivi" in sortes:
            comptes["suivi"] = tuer_le_suivi(Path(nom), combien, random.Random(f"{graine} suivi"))
            print(f"suivi : {_dit(comptes['suivi'])}", flush=True)
    return comptes


TOUTES = [*(sorte.nom for sorte in SORTES), "suivi"]


def mesurer(graine: int = 20, combien: int = 100) -> list[Tableau]:
    """Les cinq sortes."""
    return [tableau(graine, compter(graine, combien // len(TOUTES), TOUTES))]


def main() -> int:
    """Les sortes demandées ; écrit le décompte de chacune, ou ce qui s'est perdu (sortie 1)."""
    lecteur = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    lecteur.add_argument("--graine", type=int, default=20)
    lecteur.add_argument("--combien", type=int, default=100)
    lecteur.add_argument("--sortes", default=",".join(TOUTES), help="celles-là seulement")
    options = lecteur.parse_args()
    try:
        comptes = compter(options.graine, max(1, options.combien // len(TOUTES)), options.sortes.split(","))
    except Perdu as perte:
        print(f"PERDU (graine {options.graine}) : {perte}", file=sys.stderr)
        return 1
    print(tableau(options.graine, comptes).markdown())
    return 0


def _dit(comptes: Counter[str]) -> str:
    return ", ".join(f"{n} {quoi}" for quoi, n in sorted(comptes.items()))


if __name__ == "__main__":
    raise SystemExit(main())
