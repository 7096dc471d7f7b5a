"""Lire un fichier dans un processus à part : ses bornes de temps et de mémoire ne sont pas celles du serveur.

Le processus lit les octets sur son entrée et rend ses tables sur sa sortie ; il n'a ni la base ni le réseau à portée.
Là où le système ne sait pas borner la mémoire (Windows), le temps l'est toujours.
"""

from __future__ import annotations

import io
import logging
import os
import pickle
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from indicators.donnees import perimetres
from indicators.imports.moteur.archives import membres
from indicators.imports.moteur.sortes import est_du_json, est_du_texte, est_une_archive, refuser
from indicators.imports.moteur.tableau import CASES_MAX, Onglets, trop_de_cases
from indicators.imports.moteur.texte import lire_csv
from indicators.socle.erreurs import ErreurImport

journal = logging.getLogger(__name__)

SECONDES, SECONDES_PAR_MO = 2, 10
"""Secondes de calcul, au départ et par mégaoctet ; le plus gros classeur national (2,9 Mo) en demande huit."""
MEMOIRE, MEMOIRE_PAR_OCTET, MEMOIRE_MAX = 300_000_000, 60, 3_000_000_000
"""Octets que le processus peut écrire ; le même classeur en demande 210 millions, bibliothèques comprises."""
PATIENCE = 30
"""Secondes d'attente pour une de calcul : sur une machine chargée, le processus attend son tour."""
_BLOC = 5_000
"""Lignes lues d'un trait : quelques millisecondes."""
_RACINE = Path(__file__).resolve().parents[3]
_TUE_PAR_LE_TEMPS = -getattr(signal, "SIGPROF", 999)
_TUE_PAR_LE_SYSTEME = -getattr(signal, "SIGKILL", 999)
"""Une machine à court de mémoire tue ainsi ; personne d'autre ne le fait ici."""
_MEMOIRE_EPUISEE = re.compile(r"MemoryError|bad_alloc|[Cc]annot allocate memory|memory allocation")
"""Comment Python, C++, le système et Rust le disent avant de s'arrêter."""
SOBRE = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
"""Sans ces réglages, pyarrow et numpy réservent un gigaoctet avant d'avoir rien lu."""


def lire(octets: bytes, nom: str) -> Onglets:
    """Les tables d'un fichier, les contours d'un GeoJSON ; lève `ErreurImport`."""
    secondes, _ = bornes(len(octets))
    commande = [sys.executable, "-m", "indicators.imports.moteur.isole", nom]
    trop_lent = ErreurImport(
        f"« {nom} » n'a pas pu être lu en {secondes} secondes : enregistrez le seul onglet utile en CSV."
    )
    try:
        joue = subprocess.run(
            commande, input=octets, capture_output=True, timeout=PATIENCE * secondes, cwd=_RACINE,
            env=os.environ | SOBRE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise trop_lent from None
    if joue.returncode == _TUE_PAR_LE_TEMPS:
        raise trop_lent
    if joue.returncode:
        dit = joue.stderr.decode(errors="replace")[-2000:]
        journal.warning("« %s », lu à part : sortie %s. %s", nom, joue.returncode, dit)
        if joue.returncode == _TUE_PAR_LE_SYSTEME or _MEMOIRE_EPUISEE.search(dit):
            suite = "demande trop de mémoire pour être lu : enregistrez"
        else:
            suite = "n'a pas pu être lu, sa lecture s'est arrêtée sans rien rendre : redéposez-le, ou enregistrez"
        raise ErreurImport(f"« {nom} » {suite} le seul onglet utile en CSV.")
    rendu = recevoir(joue.stdout)
    if isinstance(rendu, str):
        raise ErreurImport(rendu)
    assert isinstance(rendu, Onglets)
    return rendu


def envoyer(rendu: Onglets | str, sortie: BinaryIO) -> None:
    """Écrit ce qui a été lu, par blocs de lignes : le serveur répond à d'autres entre deux blocs.

    Lire d'un trait un million de lignes l'arrêterait plus d'une seconde. Le même écrivain écrit tout : ce qui vient
    après les blocs n'y fait que renvoyer.
    """
    tables = rendu.lus.values() if isinstance(rendu, Onglets) else ()
    blocs = [
        lignes[debut : debut + _BLOC]
        for une in tables
        for lignes in (une.lignes, une.premiere.lignes)
        for debut in range(0, len(lignes), _BLOC)
    ]
    ecrivain = pickle.Pickler(sortie, protocol=pickle.HIGHEST_PROTOCOL)
    ecrivain.dump(len(blocs))
    for bloc in blocs:
        ecrivain.dump(bloc)
    ecrivain.dump(rendu)


def recevoir(octets: bytes) -> object:
    """Ce que l'autre processus a envoyé."""
    lecteur = pickle.Unpickler(io.BytesIO(octets))
    for _ in range(lecteur.load()):
        lecteur.load()
    return lecteur.load()


def ici(octets: bytes, nom: str) -> Onglets:
    """Les mêmes tables, lues dans ce processus-ci."""
    from indicators.imports.moteur.classeur import lire_classeur
    from indicators.imports.moteur.parquet import lire_json, lire_parquet

    if est_une_archive(octets):
        return _archive(octets, nom)
    if octets.startswith(b"PAR1"):
        return lire_parquet(octets, nom)
    if est_du_texte(octets):
        return lire_csv(octets, nom)
    if not est_du_json(octets):
        return lire_classeur(octets, nom)
    if _GEOJSON.search(octets):
        return Onglets({}, {}, {}, {"": perimetres.lire(octets, nom)})
    return lire_json(octets, nom)


_GEOJSON = re.compile(rb'"type"\s*:\s*"(Feature|FeatureCollection|Topology|Polygon|MultiPolygon)"')


def _archive(octets: bytes, nom: str) -> Onglets:
    """Le zip d'un producteur : chacun des fichiers qu'il contient est un onglet à son nom."""
    reunis, cases = Onglets({}, {}, {}), 0
    for membre, contenu in membres(octets, nom):
        if membre.lower().endswith(".zip"):
            continue
        try:
            refuser(contenu, membre)
            siens = ici(contenu, membre)
        except ErreurImport as erreur:
            reunis.laisses[membre] = str(erreur)
            continue
        cases += sum(tables.cases for tables in siens.lus.values())
        if cases > CASES_MAX:
            raise trop_de_cases(nom)
        for feuille, tables in siens.lus.items():
            titre = f"{membre}, {feuille}" if feuille else membre
            reunis.lus[titre], reunis.vues[titre] = tables, siens.vues[feuille]
        if lecture := siens.contours.get(""):
            reunis.contours[membre] = lecture
        reunis.laisses.update({f"{membre}, {feuille}": raison for feuille, raison in siens.laisses.items()})
    if not reunis.lus and not reunis.contours:
        raison = next((f" ({raison.rstrip('.')})" for raison in reunis.laisses.values()), "")
        raise ErreurImport(
            f"« {nom} » est une archive où rien ne se lit{raison} : décompressez-la et déposez le fichier."
        )
    return reunis


def bornes(taille: int) -> tuple[int, int]:
    """Les secondes de calcul et les octets de mémoire qu'un fichier de cette taille peut demander."""
    return (
        SECONDES + SECONDES_PAR_MO * taille // 1_000_000,
        min(max(MEMOIRE, MEMOIRE_PAR_OCTET * taille), MEMOIRE_MAX),
    )


def borner(taille: int) -> None:
    """Pose ces bornes à ce processus : au-delà du temps il est tué, au-delà de la mémoire une allocation échoue."""
    try:
        import resource
    except ImportError:  # Windows
        return
    secondes, memoire = bornes(taille)
    resource.setrlimit(resource.RLIMIT_DATA, (memoire, memoire))
    signal.setitimer(signal.ITIMER_PROF, secondes)


def main(nom: str) -> None:
    """Le processus à part : octets sur l'entrée, `Onglets` ou la phrase d'un refus sur la sortie.

    Il s'arrête sitôt sa réponse écrite, sans rien défaire : un fil de bibliothèque qui rend un objet pendant que Python
    se ferme arrête tout (« terminate called »), et un fichier bien lu serait refusé.
    """
    octets = sys.stdin.buffer.read()
    borner(len(octets))
    try:
        rendu: Onglets | str = ici(octets, nom)
        if isinstance(rendu, Onglets):
            for tables in rendu.lus.values():
                tables.premiere  # noqa: B018 — celle qui servira presque toujours se fait ici, non dans le serveur
    except ErreurImport as erreur:
        rendu = str(erreur)
    envoyer(rendu, sys.stdout.buffer)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
