"""La seule règle d'encodage, pour `data/` comme pour ce qu'on dépose : un fichier est d'un encodage, et d'un seul.

UTF-8 (avec ou sans BOM, même répété), UTF-16 avec BOM, Windows-1252. Tout autre est refusé en nommant l'encodage
probable et la première ligne qui ne se lit pas : un nom abîmé ne se répare plus une fois entré.
"""

from __future__ import annotations

import codecs
import re

_BOM = "\ufeff"
_FRANCAIS = frozenset("àâäæçéèêëîïôöœùûüÿÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ«»’‘“”–—…•€°²³·×½¼¾§±µ\u00a0\u202fñÑóÓíÍáÁúÚ")
"""Ce qu'un texte français contient hors de l'ASCII ; autre chose vient d'un autre encodage que celui que l'on croit."""
_AUTRES = {"cp850": "DOS (cp850)", "mac_roman": "Mac (Mac Roman)", "iso8859_15": "ISO 8859-15 (Latin 9)"}
_RARES = frozenset("ÄÖÜäöüæÆñÑóÓíÍáÁúÚ½¼¾±µ§³²·×")
"""Ce qu'un texte français contient peu : d'un encodage à l'autre, celui qui en donne le moins est le plus probable."""
_DANS_UN_MOT = re.compile("(?<=[a-zà-ÿ])[…“”•‘–—«»½¼¾ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ](?=[a-zà-ÿ])")
_CAPITALE = re.compile("(?<=[A-Za-zà-ÿ])[ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ](?=[a-zà-ÿ])")
"""Une capitale accentuée, un tiret long ou un guillemet au milieu d'un mot : une autre lettre, mal lue."""
_QUOI_FAIRE = "enregistrez-le en « CSV UTF-8 » (dans Excel, « Enregistrer sous »), puis recommencez"
_MELES = "cette ligne n'est pas en UTF-8 comme le reste : deux encodages sont mêlés"
_DEUX_FOIS = re.compile("[ÃÂâ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ€©«»]")
"""Ce que devient un texte UTF-8 lu comme du Windows-1252 : « Ã© » pour « é »."""


class MauvaisEncodage(ValueError):
    """Ce fichier n'est pas d'un encodage admis ; `ligne` : la première qui ne se lit pas."""

    def __init__(self, ligne: int, phrase: str) -> None:
        super().__init__(phrase)
        self.ligne = ligne


def lire_texte(octets: bytes, *, windows: bool = True) -> str:
    """Le texte de ces octets, sans marque d'ordre ; lève `MauvaisEncodage`.

    `windows` : Windows-1252 est admis (un dépôt d'Excel) ; sinon seul l'Unicode l'est (`data/`).
    """
    if octets.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise MauvaisEncodage(1, f"ce fichier est en UTF-32 ; {_QUOI_FAIRE}")
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if not windows:
            raise MauvaisEncodage(1, f"ce fichier est en UTF-16 (« Texte Unicode ») ; {_QUOI_FAIRE}")
        try:
            return octets.decode("utf-16").lstrip(_BOM)
        except UnicodeDecodeError as erreur:
            raise MauvaisEncodage(1, f"ce fichier est en UTF-16 abîmé ; {_QUOI_FAIRE}") from erreur
    if b"\0" in octets:
        ligne = _ligne(octets, octets.index(b"\0"))
        raise MauvaisEncodage(ligne, f"ce n'est pas un fichier texte, ou il est en UTF-16 sans marque ; {_QUOI_FAIRE}")
    try:
        texte = octets.decode("utf-8").lstrip(_BOM)
        if deux := _DEUX_FOIS.search(texte):
            ligne = _ligne(texte[: deux.start()].encode(), len(octets))
            raise MauvaisEncodage(ligne, f"« {deux[0]} » : ce texte a été encodé deux fois en UTF-8 ; {_QUOI_FAIRE}")
        return texte
    except UnicodeDecodeError as erreur:
        ligne = _ligne(octets, erreur.start)
        if not windows:
            octet = f"octet 0x{octets[erreur.start]:02X} illisible en UTF-8"
            raise MauvaisEncodage(ligne, f"{octet} (enregistré en Windows-1252 ?) ; {_QUOI_FAIRE}") from erreur
        if octets.startswith(codecs.BOM_UTF8):
            raise MauvaisEncodage(ligne, f"{_MELES} ; {_QUOI_FAIRE}") from erreur
    return _windows(octets, ligne)


def _windows(octets: bytes, illisible: int) -> str:
    """Le texte en Windows-1252, s'il a l'air d'en être d'un bout à l'autre."""
    try:
        texte = octets.decode("cp1252")
    except UnicodeDecodeError as erreur:
        raise _inconnu(octets, _ligne(octets, erreur.start)) from erreur
    if _DEUX_FOIS.search(texte):
        raise MauvaisEncodage(illisible, f"{_MELES} ; {_QUOI_FAIRE}")
    for numero, ligne in enumerate(texte.splitlines(), start=1):
        if _etrangetes(ligne):
            raise _inconnu(octets, numero)
    return texte


def _etrangetes(texte: str) -> int:
    """Combien de lettres ne peuvent pas être là dans un texte français."""
    return sum(ord(lettre) > 127 and lettre not in _FRANCAIS for lettre in texte) + len(_DANS_UN_MOT.findall(texte))


def _inconnu(octets: bytes, ligne: int) -> MauvaisEncodage:
    """Le refus, qui nomme l'encodage, ou les encodages, où le texte se lit le mieux."""
    notes = {}
    for encodage in _AUTRES:
        texte = octets.decode(encodage)
        if not _etrangetes(texte):
            notes[encodage] = sum(lettre in _RARES for lettre in texte) + len(_CAPITALE.findall(texte))
    probables = [nom for encodage, nom in _AUTRES.items() if notes.get(encodage) == min(notes.values(), default=-1)]
    if probables:
        return MauvaisEncodage(ligne, f"ce fichier semble en encodage {' ou '.join(probables)} ; {_QUOI_FAIRE}")
    return MauvaisEncodage(ligne, f"l'encodage de ce fichier n'est pas reconnu ; {_QUOI_FAIRE}")


def _ligne(octets: bytes, place: int) -> int:
    return len(re.findall(rb"\r\n|\r|\n", octets[:place])) + 1
