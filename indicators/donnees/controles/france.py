"""Relire chaque chiffre national dans son fichier, par un chemin qui ne partage rien avec l'import.

Le fichier est retrouvé par sa taille et son empreinte, sa case par sa ligne et sa colonne ; un chiffre calculé est
refait de la division ou de la somme que sa note écrit. Ce qui ne peut pas être relu est compté, jamais tu.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indicators.donnees import france
from indicators.donnees.lignes import Donnees
from indicators.socle.erreurs import Constat
from indicators.socle.observations import SANS_VALEUR

_LUS = (".csv", ".parquet", ".xlsx", ".json", ".zip", ".tgz", ".gz")
_EXEMPLES = 5
"""Constats donnés par source ; au-delà, leur nombre."""
_NOMBRE = r"-?\d+(?:,\d+)?"
_DIVISION = re.compile(rf"(100 × )?({_NOMBRE}) ÷ ({_NOMBRE}) = ({_NOMBRE})")
_SOMME = re.compile(r"(\d+(?: \+ \d+)+) = (\d+)")


@dataclass
class Relecture:
    """Ce qui a été relu : par source, chiffres retrouvés dans leur case, calculs refaits, chiffres sans fichier ici."""

    constats: list[Constat] = field(default_factory=list)
    retrouves: Counter[str] = field(default_factory=Counter)
    refaits: Counter[str] = field(default_factory=Counter)
    sans_fichier: Counter[str] = field(default_factory=Counter)

    @property
    def phrase(self) -> str:
        """Le bilan, en une phrase."""
        return (
            f"{self.retrouves.total()} chiffres nationaux retrouvés dans leur fichier, {self.refaits.total()} calculs "
            f"refaits, {self.sans_fichier.total()} dont le fichier n'est pas sur cette machine."
        )


def relire(dossier: Path, donnees: Donnees, partage: Path) -> Relecture:
    """Relit tous les chiffres de `dossier/france` ; `partage` : où chercher les fichiers des producteurs."""
    import pyarrow.parquet as pq  # ici et non en tête : seul ce contrôle en a besoin

    relecture = Relecture()
    fichiers = {ligne["fichier"]: ligne for ligne in _csv_de((dossier / france.DOSSIER / "fichiers.csv").read_bytes())}
    trouves = _retrouver(partage, fichiers)
    tables: dict[str, _Table | None] = {}
    bornes = {li["indicateur"]: (li["mini"], li["maxi"]) for li in donnees["indicateurs"]}
    connus = {feuille: {li[cle] for li in donnees[feuille]} for feuille, cle in _REFERENCES.items()}
    for chemin in france.chiffres(dossier):
        fautes = _Fautes(f"france/chiffres/{chemin.name}")
        vues: set[tuple[Any, ...]] = set()
        for rang, ligne in enumerate(_lignes(pq.read_table(chemin).to_pydict()), start=1):
            _structure(fautes, rang, ligne, chemin.stem, bornes, connus, vues)
            nom = ligne["fichier"]
            if ligne["origine"] == "calculee":
                if faute := _calcul(ligne):
                    fautes.ajouter(rang, "note", faute)
                relecture.refaits[chemin.stem] += 1
                continue
            if nom not in tables:
                tables[nom] = _table(nom, trouves.get(nom))
            table = tables[nom]
            if table is None:
                relecture.sans_fichier[chemin.stem] += 1
            elif faute := table.verifier(ligne):
                fautes.ajouter(rang, ligne["colonne"], faute)
            else:
                relecture.retrouves[chemin.stem] += 1
        relecture.constats += fautes.constats()
    return relecture


_REFERENCES = {"territoires": "territoire", "indicateurs": "indicateur", "sources": "source"}


@dataclass
class _Fautes:
    """Les fautes d'un fichier de chiffres : les premières, et leur nombre."""

    fichier: str
    premieres: list[Constat] = field(default_factory=list)
    combien: int = 0

    def ajouter(self, rang: int, colonne: str, message: str) -> None:
        self.combien += 1
        if len(self.premieres) < _EXEMPLES:
            self.premieres.append(Constat(self.fichier, rang, colonne, message))

    def constats(self) -> Iterator[Constat]:
        yield from self.premieres
        if self.combien > len(self.premieres):
            yield Constat(self.fichier, 0, "", f"{self.combien - len(self.premieres)} autres fautes du même fichier")


def _lignes(colonnes: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    noms = list(colonnes)
    for cellules in zip(*(colonnes[nom] for nom in noms), strict=True):
        yield dict(zip(noms, cellules, strict=True))


def _structure(
    fautes: _Fautes, rang: int, ligne: Mapping[str, Any], source: str,
    bornes: Mapping[str, tuple[float | None, float | None]], connus: Mapping[str, set[Any]], vues: set[tuple[Any, ...]],
) -> None:  # fmt: skip
    """La clé unique, les codes connus, la source du nom de fichier, la valeur selon le statut, les bornes."""
    cle = tuple(ligne[nom] for nom in ("territoire", "indicateur", "annee_debut", "annee", "millesime"))
    if cle in vues:
        fautes.ajouter(rang, "territoire", f"clé en double : {cle}")
    vues.add(cle)
    for feuille, nom in _REFERENCES.items():
        if ligne[nom] not in connus[feuille]:
            fautes.ajouter(rang, nom, f"{nom} inconnu : « {ligne[nom]} »")
    if ligne["source"] != source:
        fautes.ajouter(rang, "source", f"« {ligne['source']} » n'est pas celle de ce fichier")
    sans = ligne["statut"] in SANS_VALEUR
    if sans != (ligne["valeur"] is None):
        fautes.ajouter(rang, "valeur", f"« {ligne['valeur']} » avec le statut « {ligne['statut']} »")
    mini, maxi = bornes.get(ligne["indicateur"], (None, None))
    if not sans and ((mini is not None and ligne["valeur"] < mini) or (maxi is not None and ligne["valeur"] > maxi)):
        fautes.ajouter(rang, "valeur", f"{ligne['valeur']} est hors des bornes de « {ligne['indicateur']} »")


def _calcul(ligne: Mapping[str, Any]) -> str:
    """Vide si le calcul écrit dans la note donne bien la valeur."""
    if trouve := _DIVISION.search(ligne["note"]):
        haut, bas, resultat = (float(n.replace(",", ".")) for n in trouve.groups()[1:])
        calcule = (100 if trouve[1] else 1) * haut / bas
        if abs(calcule - resultat) <= 0.5 * 10 ** -ligne["decimales"] + 1e-9 and resultat == ligne["valeur"]:
            return ""
        return f"« {trouve[0]} » ne donne pas {ligne['valeur']}"
    if trouve := _SOMME.search(ligne["note"]):
        juste = sum(map(int, trouve[1].split(" + "))) == int(trouve[2]) == ligne["valeur"]
        return "" if juste else f"« {trouve[0]} » ne donne pas {ligne['valeur']}"
    return "un chiffre calculé sans division ni somme dans sa note"


@dataclass
class _Table:
    """Un fichier de producteur relu : l'en-tête, et les cellules de chaque ligne."""

    places: dict[str, int]
    lignes: dict[int, Sequence[str]]

    def verifier(self, ligne: Mapping[str, Any]) -> str:
        """Vide si la case porte bien ce qui est imprimé, et si ce qui est imprimé est bien la valeur."""
        place, cellules = self.places.get(ligne["colonne"]), self.lignes.get(ligne["ligne"])
        if place is None or cellules is None:
            return f"colonne « {ligne['colonne']} », ligne {ligne['ligne']} : introuvable"
        lue = cellules[place] if place < len(cellules) else ""
        imprime = ligne["imprime"] or ""
        if _sans_zero(lue) != _sans_zero(imprime):
            return f"« {lue} » dans le fichier, « {imprime} » écrit ici (ligne {ligne['ligne']})"
        code = (ligne["passage"] or "").partition(" | ")[0] or re.sub(
            "^(COM|EPCI|DEP|REG|IRIS)", "", ligne["territoire"]
        )
        if ligne["territoire"] not in _ENSEMBLES and code not in cellules:
            return f"« {code} » n'est pas dans la ligne {ligne['ligne']}"
        if ligne["valeur"] is not None and abs(_nombre(imprime) - ligne["valeur"]) > 1e-6:
            return f"« {imprime} » n'est pas {ligne['valeur']}"
        return ""


_ENSEMBLES = {"QPV-FR", "FRM", "FR"}
"""Les territoires que les fichiers nomment au lieu de les coder."""


def _sans_zero(texte: str) -> str:
    """« 13748.0 » et « 13748 » sont la même case : un entier que pandas a écrit en virgule flottante."""
    return re.sub(r"^(-?\d+)\.0+$", r"\1", texte)


def _nombre(texte: str) -> float:
    return float(re.sub("[\\s\u00a0\u202f\u2009]", "", texte).replace(",", "."))


def _retrouver(partage: Path, fichiers: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[Path, str]]:
    """Le fichier de chaque nom, retrouvé où qu'il soit, et le membre à y prendre s'il est dans une archive."""
    attendus: dict[int, set[str]] = defaultdict(set)
    for ligne in fichiers.values():
        attendus[int(ligne["octets"])].add(ligne["empreinte"])
    par_empreinte = {}
    for chemin in sorted(partage.rglob("*")) if partage.exists() else ():
        if chemin.suffix.lower() in _LUS and chemin.is_file() and (siennes := attendus.get(chemin.stat().st_size)):
            empreinte = hashlib.sha256(chemin.read_bytes()).hexdigest()
            if empreinte in siennes:
                par_empreinte[empreinte] = chemin
    trouves = {}
    for nom, ligne in fichiers.items():
        trouve = par_empreinte.get(ligne["empreinte"])
        if trouve is not None:
            membre = re.sub(r"^.*?\.(?:zip|tgz|gz)/", "", nom) if re.search(r"\.(?:zip|tgz|gz)/", nom) else ""
            trouves[nom] = trouve, membre
    return trouves


def _table(nom: str, trouve: tuple[Path, str] | None) -> _Table | None:
    if trouve is None:
        return None
    chemin, membre = trouve
    octets = _membre(chemin, membre) if membre else chemin.read_bytes()
    bas = (membre or nom).lower()
    if bas.endswith(".parquet"):
        import pyarrow as pa
        import pyarrow.parquet as pq

        colonnes = pq.read_table(pa.BufferReader(octets)).to_pydict()
        noms = list(colonnes)
        return _de(noms, enumerate(zip(*colonnes.values(), strict=True), start=1))
    if bas.endswith(".xlsx"):
        import openpyxl

        feuille = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=True).worksheets[0]
        titres, *reste = feuille.iter_rows(values_only=True)
        return _de([str(titre or "") for titre in titres], enumerate(reste, start=2))
    if bas.endswith(".json"):
        lus = json.loads(octets)
        noms = list(dict.fromkeys(cle for objet in lus for cle in objet))
        return _de(noms, enumerate((tuple(objet.get(nom) for nom in noms) for objet in lus), start=1))
    texte = octets.decode("utf-8-sig")
    separateur = max(";,", key=texte.partition("\n")[0].count)
    entete, *lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    return _de([nom.strip() for nom in entete], enumerate(lignes, start=2))


def _de(noms: Sequence[str], lignes: Iterator[tuple[int, Sequence[Any]]]) -> _Table:
    places: dict[str, int] = {}
    for place, nom in enumerate(noms):
        places.setdefault(nom, place)
    return _Table(places, {numero: tuple(map(_texte, cellules)) for numero, cellules in lignes})


def _texte(valeur: Any) -> str:
    if valeur is None or valeur != valeur:
        return ""
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    return str(valeur).strip()


def _membre(chemin: Path, membre: str) -> bytes:
    if chemin.suffix == ".zip":
        with zipfile.ZipFile(chemin) as archive:
            return archive.read(membre)
    if chemin.suffix == ".tgz":
        with tarfile.open(chemin) as paquet:
            flux = paquet.extractfile(membre)
            return flux.read() if flux else b""
    return gzip.decompress(chemin.read_bytes())


def _csv_de(octets: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))
