"""Une table telle qu'elle est écrite dans un fichier déposé, et ce que l'on refuse avant de la déplier en mémoire."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from indicators.donnees.perimetres import Lecture
from indicators.socle.erreurs import Constat, ErreurImport
from indicators.socle.nombres import lire, nombre
from indicators.socle.premiers import Premiers, des_constats

TAILLE_MAX = 80_000_000
"""Octets d'un fichier déposé ; le plus gros fichier national lu ici en fait huit millions."""
TAILLE_DEPLIEE_MAX = 400_000_000
COLONNES_MAX = 2_000
LIGNES_MAX = 1_500_000
CASES_MAX = 8_000_000
"""Cases d'un fichier : les plus larges bases communales de l'Insee en font quatre millions."""
TEXTE_MAX = 32_767
"""Caractères d’une case, comme dans Excel."""
LIGNES_DE_TITRE = 30
"""L'en-tête peut suivre quelques lignes de titre."""
NOMS_MAX = 2 * COLONNES_MAX
"""Noms des en-têtes possibles d'une table, tous ensemble : chercher chaque format dans chacun a son prix."""
NOM_MAX = 200
"""Caractères d'un nom de colonne ; une phrase n'en est pas un."""
_NI_TEXTE = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
INVISIBLES = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
"""Ce qui ne se voit pas et qu'une page web ou un tableur laisse dans un texte copié : marque d'ordre, espace nulle."""
_TYPOGRAPHIE = str.maketrans(dict.fromkeys("’‘ʼ´′", "'") | dict.fromkeys("‐‑", "-") | dict.fromkeys(INVISIBLES, ""))

_UNITE = re.compile(r" ?\((en )?(%|pourcentage|€|euros?)\)$", re.IGNORECASE)
"""Une unité que la colonne a déjà : des milliers d'euros, eux, ne s'ôtent pas."""
_CHIFFRE = re.compile(r"[\d.,]+")
_UN_CHIFFRE = re.compile(r"\d")
_ANNEE = re.compile(r"(19|20)\d\d", re.ASCII)
_FLOTTANT = re.compile(r"(\d{4,9})[.,]0+")

_DEBORDE = "plus de cellules que de colonnes : ligne laissée"

Ligne = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Tableau:
    """Une table telle qu'elle est écrite : l'en-tête, puis (numéro de ligne, cellules) ; aucune ligne vide.

    `feuille` : le nom de l'onglet d'un classeur, vide pour les autres fichiers. `debordantes` : un constat par ligne
    qui a plus de cellules que l'en-tête (un séparateur dans un libellé, souvent) ; elle n'est pas dans `lignes`.
    `autre_table` : la ligne où commence une seconde table sous celle-ci, qui n'est pas lue ; 0 s'il n'y en a pas.
    """

    entete: tuple[str, ...]
    lignes: tuple[Ligne, ...]
    feuille: str = ""
    debordantes: Premiers[Constat] = field(default_factory=des_constats)
    autre_table: int = 0

    def place(self, *noms: str) -> int | None:
        """La place de la première colonne qui porte l'un de ces noms, sans égard à la casse ; None si aucune."""
        plats = [nom.casefold() for nom in self.entete]
        voulus = (titre(nom).casefold() for nom in noms)
        return next((plats.index(nom) for nom in voulus if nom in plats), None)


@dataclass(frozen=True)
class Tables:
    """Les tables possibles d'un onglet, une par ligne qui peut être son en-tête : la première reconnue est la bonne.

    `entetes` : les places de ces en-têtes dans `lignes`, une au moins. Une table ne se fait que demandée : c'est
    presque toujours la première, et une autre reprendrait toutes les lignes.
    """

    lignes: Sequence[Ligne]
    entetes: tuple[int, ...]
    feuille: str = ""

    @cached_property
    def premiere(self) -> Tableau:
        """Celle du premier en-tête possible."""
        return self._sous(self.entetes[0])

    def __iter__(self) -> Iterator[Tableau]:
        """Chacune, dans l'ordre."""
        yield self.premiere
        yield from map(self._sous, self.entetes[1:])

    @property
    def cases(self) -> int:
        """Combien de cases ses lignes ont."""
        return sum(len(cellules) for _, cellules in self.lignes)

    def _sous(self, place: int) -> Tableau:
        return tabler(self.lignes[place][1], self.lignes[place + 1 :], self.feuille)


@dataclass(frozen=True)
class Onglets:
    """Ce qu'un fichier contient : les tables possibles de chaque onglet lu, et les onglets laissés avec leur raison.

    `vues` : combien de lignes non vides chaque onglet lu contient. `contours` : ceux d'un GeoJSON, par nom de fichier
    dans une archive (vide hors d'une archive). `masques` : ce qu'un onglet lu masque, et que l'on n'a pas lu.
    """

    lus: dict[str, Tables]
    laisses: dict[str, str]
    vues: dict[str, int]
    contours: dict[str, Lecture] = field(default_factory=dict)
    masques: dict[str, str] = field(default_factory=dict)


@dataclass
class Feuille:
    """Un onglet de tableur : ses lignes, et ce que le tableur en masque (numéros de lignes, places de colonnes).

    `fusions` : première et dernière ligne, place de la première colonne.
    """

    titre: str
    lignes: list[Ligne] = field(default_factory=list)
    fusions: list[tuple[int, int, int]] = field(default_factory=list)
    lignes_masquees: set[int] = field(default_factory=set)
    colonnes_masquees: set[int] = field(default_factory=set)
    visible: bool = True


@lru_cache(maxsize=20_000)  # une table répète ses mots, et chaque en-tête possible la fait relire
def titre(nom: str) -> str:
    """Un nom de colonne sans retour à la ligne, espace insécable ou double, apostrophe courbe, ni unité (« (%) »)."""
    return _UNITE.sub("", " ".join(unicodedata.normalize("NFC", nom).translate(_TYPOGRAPHIE).split()))


def tables_possibles(lignes: Sequence[Ligne], feuille: str = "") -> Tables | None:
    """Une table par ligne du début qui peut être l'en-tête : deux noms ou plus, ni phrase ni nombres ; None sans."""
    entetes: list[int] = []
    noms = 0
    for place, (_, cellules) in enumerate(lignes[:LIGNES_DE_TITRE]):
        if _est_un_entete(cellules):
            noms += sum(map(bool, cellules))
            if entetes and noms > NOMS_MAX:
                break
            entetes.append(place)
    return Tables(lignes, tuple(entetes), feuille) if entetes else None


def _est_un_entete(cellules: tuple[str, ...]) -> bool:
    remplies = [cellule for cellule in cellules if cellule]
    if len(remplies) < 2 or max(map(len, remplies)) > NOM_MAX:
        return False
    return 2 * sum(_est_un_nombre(c) and not _ANNEE.fullmatch(c) for c in remplies) <= len(remplies)


def _est_un_nombre(texte: str) -> bool:
    return lire(texte.removesuffix("%")) is not None


def une_table(noms: Sequence[str], lignes: Sequence[Ligne]) -> Tables:
    """La seule table d'un fichier qui dit lui-même ses colonnes."""
    return Tables([(0, tuple(noms)), *lignes], (0,))


def tabler(entete: Sequence[str], lignes: Sequence[Ligne], feuille: str = "") -> Tableau:
    """Sans les colonnes sans nom de la fin (Insee en écrit jusqu'à 993)."""
    noms = [titre(nom) for nom in entete]
    while noms and not noms[-1]:
        noms.pop()
    n = len(noms)
    lignes, autre_table = _premiere_table(noms, lignes)
    completes: list[Ligne] = []
    debordantes = des_constats()
    for ligne in _sans_notes(lignes):
        numero, cellules = ligne
        if len(cellules) == n:
            completes.append(ligne)
        elif any(cellules[n:]):
            debordantes.append(Constat("", numero, "", _DEBORDE, "a_verifier"))
        else:
            completes.append((numero, (cellules + ("",) * (n - len(cellules)))[:n]))
    if entieres := {place for place in range(n) if _entiere(cellules[place] for _, cellules in completes)}:
        completes = [
            (numero, tuple(_FLOTTANT.sub(r"\1", c) if p in entieres else c for p, c in enumerate(cellules)))
            for numero, cellules in completes
        ]
    return Tableau(tuple(noms), tuple(completes), feuille, debordantes, autre_table)


def _premiere_table(noms: Sequence[str], lignes: Sequence[Ligne]) -> tuple[Sequence[Ligne], int]:
    """Les lignes de cette seule table, sans ses en-têtes répétés, et celle où une autre commence (0 : aucune).

    Une autre table s'annonce par deux noms de celle-ci, ou, après une ligne vide, par des mots là où sont les codes.
    """
    plats = [nom.casefold() for nom in noms if nom]
    connus = set(plats)
    gardees: list[Ligne] = []
    precedente, codes = 0, True
    for ligne in lignes:
        numero, cellules = ligne
        sautee, precedente = 0 < precedente < numero - 1, numero
        if not _UN_CHIFFRE.search(next(filter(None, cellules), "0")):  # un code a un chiffre, un en-tête non
            mots = [titre(cellule).casefold() for cellule in cellules if cellule]
            if sum(mot in connus for mot in mots) > 1:
                if mots == plats:
                    continue
                return gardees, numero
            if (
                sautee
                and len(mots) > 1
                and not any(map(_est_un_nombre, mots))
                and not _est_une_note(cellules)
                and (codes or not any(map(_UN_CHIFFRE.search, mots)))
            ):
                return gardees, numero
            codes = False
        gardees.append(ligne)
    return gardees, 0


_NOTE = re.compile(
    r"(sources?|notes?|champ|lecture|l[ée]gende|avertissement|remarques?|précisions?|définitions?|ns?|s|nd|vm) ?[:=]"
    r"|[©*(]|insee,|traitements? ",
    re.IGNORECASE,
)
_MOTS_D_UNE_NOTE = 4


def _sans_notes(lignes: Sequence[Ligne]) -> Sequence[Ligne]:
    """Sans les notes de la fin (« Source : Insee, RP », « Champ : … ») : ce ne sont pas des lignes de données."""
    fin = len(lignes)
    while fin and _est_une_note(lignes[fin - 1][1]):
        fin -= 1
    return lignes[:fin]


def _est_une_note(cellules: tuple[str, ...]) -> bool:
    premiere = next((cellule for cellule in cellules if cellule), "")
    seule = sum(map(bool, cellules)) == 1
    return bool(_NOTE.match(premiere)) or (seule and len(premiere.split()) >= _MOTS_D_UNE_NOTE)


def _entiere(cases: Iterable[str]) -> bool:
    """Vrai pour une colonne d'entiers, codes ou années, qu'un programme a écrits en décimaux (« 62119.0 »)."""
    flottants = False
    for case in cases:
        if case and case[0].isdigit() and _CHIFFRE.fullmatch(case):
            if _FLOTTANT.fullmatch(case):
                flottants = True
            elif not case.isdecimal():
                return False
    return flottants


def texte_de(valeur: object) -> str:
    """Le texte d'une cellule typée : un entier sans décimale (« 200072460 », jamais « 200072460.0 »)."""
    if valeur is None or valeur != valeur:  # le NaN de pandas est une case vide
        return ""
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    texte = _NI_TEXTE.sub(" ", str(valeur)).strip().strip(INVISIBLES)
    if len(texte) > TEXTE_MAX:
        raise ErreurImport(f"Une case commence par « {texte[:40]}… » et fait {len(texte)} caractères : c'est trop.")
    return texte


def trop_long(nom: str) -> ErreurImport:
    """Trop de lignes."""
    return ErreurImport(f"« {nom} » a plus de {nombre(LIGNES_MAX)} lignes : gardez les seuls territoires utiles.")


def trop_de_cases(nom: str) -> ErreurImport:
    """Trop de cases, même si ni les lignes ni les colonnes ne sont trop nombreuses."""
    return ErreurImport(
        f"« {nom} » a plus de {CASES_MAX // 1_000_000} millions de cases : gardez les seules lignes et colonnes utiles."
    )


def trop_large(nom: str, colonnes: str) -> ErreurImport:
    """Trop de colonnes."""
    return ErreurImport(f"« {nom} » a {colonnes} colonnes ; {COLONNES_MAX} sont admises.")


def jamais_calcule(nom: str) -> ErreurImport:
    """Des formules sans valeur : les lire vides les ferait passer pour des secrets."""
    return ErreurImport(
        f"« {nom} » contient des formules qui n'ont jamais été calculées : ouvrez-le dans votre tableur, "
        "enregistrez-le, puis recommencez."
    )
