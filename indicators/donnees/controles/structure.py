"""Ce qui doit tenir : structure des fichiers, fidélité aux documents, arithmétique. Tous les constats d'un coup.

Trois étages. `verifier_structure` décide si la base peut être construite. `verifier_transcription` relit chaque
chiffre dans son document. `verifier_arithmetique` (dans `calcul.py`) refait les sommes, les parts, les tris
et les évolutions. Une faute du document est marquée dans les données ; le constat le rappelle, il ne la tait pas.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from indicators.donnees.lecture import fichiers
from indicators.donnees.lignes import Donnees, Ligne
from indicators.donnees.schema import CLES, FEUILLES, FICHIERS, LIENS
from indicators.socle.erreurs import Constat
from indicators.socle.nombres import lire
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille

DOSSIER_PARTAGE = Path(__file__).resolve().parents[4] / "shared"
"""Où sont les documents sources quand ils sont présents (jamais copiés dans le projet)."""

_BORNES_ATTENDUES = {
    Statut.EXACT: {"valeur"},
    Statut.ENVIRON: {"valeur"},
    Statut.AU_MOINS: {"borne_inf"},
    Statut.AU_PLUS: {"borne_sup"},
    Statut.INTERVALLE: {"borne_inf", "borne_sup"},
}
_PREFIXES = {"", "COM", "EPCI", "DEP", "REG", "IRIS"}
"""Ce que le code d'un territoire met devant son code officiel, qu'un quartier a tel quel."""

_PIECES = tuple(nom for nom in FICHIERS if "passage" in FEUILLES[nom].noms)
"""Les feuilles, hors observations, dont chaque ligne cite une ligne d'un document."""


def verifier_structure(donnees: Donnees) -> list[Constat]:
    """Clés uniques, liens qui existent, codes officiels, bornes, statuts cohérents avec les nombres."""
    return [
        *_cles_uniques(donnees),
        *_liens(donnees),
        *_renommages(donnees),
        *_declinaisons(donnees),
        *_mailles(donnees),
        *_codes_officiels(donnees),
        *(constat for ligne in donnees["observations"] for constat in statut_et_nombres(ligne)),
        *_dans_les_bornes(donnees),
        *_decimales_de_l_unite(donnees),
    ]


def _cles_uniques(donnees: Donnees) -> Iterator[Constat]:
    for feuille, colonnes in CLES.items():
        vues: dict[tuple[object, ...], Ligne] = {}
        for ligne in donnees[feuille]:
            cle = tuple(ligne[colonne] for colonne in colonnes)
            if premiere := vues.get(cle):
                morceaux = zip(colonnes, cle, strict=True)
                dite = ", ".join(f"{c} = {v}" for c, v in morceaux if v not in (None, ""))
                yield ligne.constat(
                    colonnes[0], f"clé en double ({dite}), déjà donnée {premiere.fichier} ligne {premiere.numero}"
                )
            else:
                vues[cle] = ligne


def _liens(donnees: Donnees) -> Iterator[Constat]:
    """Chaque code cité existe ; une cellule peut en citer plusieurs, séparés par des virgules."""
    connus = {cible: [ligne[CLES[cible][0]] for ligne in donnees[cible]] for cible in {c.lien for _, c in LIENS}}
    presents = {cible: frozenset(codes) for cible, codes in connus.items()}
    for feuille, colonne in LIENS:
        for ligne in donnees[feuille]:
            cellule = ligne[colonne.nom] or ""
            for code in filter(None, cellule.split(",") if colonne.plusieurs else [cellule]):
                if code.strip() not in presents[colonne.lien]:
                    yield ligne.constat(colonne.nom, _inconnu(code, colonne.lien, connus[colonne.lien]))


def _renommages(donnees: Donnees) -> Iterator[Constat]:
    """Un identifiant renommé n'est plus porté par rien, et le nouveau existe."""
    for ligne in donnees["renommages"]:
        portes = {autre[CLES[ligne["feuille"]][0]] for autre in donnees[ligne["feuille"]]}
        suivants = {autre["ancien"] for autre in donnees["renommages"] if autre["feuille"] == ligne["feuille"]}
        if ligne["ancien"] in portes:
            yield ligne.constat("ancien", f"« {ligne['ancien']} » est encore porté par une ligne de {ligne['feuille']}")
        if ligne["nouveau"] not in portes | suivants:
            yield ligne.constat("nouveau", f"« {ligne['nouveau']} » n'est porté par aucune ligne de {ligne['feuille']}")


def _declinaisons(donnees: Donnees) -> Iterator[Constat]:
    """Une mesure déclinée par bailleur n'a aucun chiffre qui ne dise le sien."""
    declinees = {ligne["indicateur"] for ligne in donnees["indicateurs"] if ligne["dimension"]}
    for ligne in donnees["observations"]:
        if ligne["indicateur"] in declinees and not ligne["bailleur"]:
            yield ligne.constat("bailleur", f"vide, alors que « {ligne['indicateur']} » se décline par bailleur")


def _mailles(donnees: Donnees) -> Iterator[Constat]:
    """Les niveaux que cite une rupture existent."""
    for ligne in donnees["ruptures"]:
        for maille in filter(None, ligne["mailles"].split(",")):
            if maille.strip() not in set(Maille):
                yield ligne.constat("mailles", f"niveau inconnu : « {maille} » (admis : {', '.join(Maille)})")


_LISTE_COURTE = 60
"""Au-delà, les codes admis ne tiennent pas dans une phrase : le fichier où les trouver suffit."""


_FEMININS = {"source", "unite", "operation"}


def _inconnu(code: str, feuille: str, connus: list[str]) -> str:
    quoi = CLES[feuille][0] if CLES[feuille][0] != "id" else feuille
    inconnu, admis = ("inconnue", "admises") if quoi in _FEMININS else ("inconnu", "admis")
    lesquels = ", ".join(connus) if len(connus) <= _LISTE_COURTE else f"voir {FICHIERS[feuille]}"
    return f"{quoi} {inconnu} : « {code} » ({admis} : {lesquels})"


def _codes_officiels(donnees: Donnees) -> Iterator[Constat]:
    """Le code officiel est celui que porte le code du territoire."""
    for ligne in donnees["territoires"]:
        territoire, officiel = ligne["territoire"], ligne["code_officiel"]
        if officiel and territoire.removesuffix(officiel) not in _PREFIXES:
            yield ligne.constat(
                "code_officiel", f"« {officiel} » n'est pas celui de {territoire} (Excel retire les zéros de tête)"
            )


def statut_et_nombres(ligne: Ligne) -> Iterator[Constat]:
    """Ce qui ne va pas entre le statut d'une observation, ses nombres, ses dates et sa note."""
    if ligne["statut"] is None:
        return
    attendus = _BORNES_ATTENDUES.get(Statut(ligne["statut"]), set())
    for colonne in ("valeur", "borne_inf", "borne_sup"):
        if colonne in attendus and ligne.textes[colonne] == "":
            yield ligne.constat(colonne, f"vide, alors que le statut « {ligne['statut']} » demande un nombre")
        if colonne not in attendus and ligne.textes[colonne] != "":
            yield ligne.constat(
                colonne, f"« {ligne.textes[colonne]} » écrit, alors que le statut « {ligne['statut']} » n'en veut pas"
            )
    if None not in (ligne["borne_inf"], ligne["borne_sup"]) and ligne["borne_inf"] > ligne["borne_sup"]:
        yield ligne.constat("borne_inf", "borne basse au-dessus de la borne haute")
    if attendus and not ligne["imprime"] and not est_recalculee(ligne):
        yield ligne.constat("imprime", "vide, alors qu'un nombre est donné : écrivez-le tel que le document l'imprime")
    if ligne["fiabilite"] == "douteuse" and not ligne["note"]:
        yield ligne.constat("note", "une valeur douteuse doit dire pourquoi")
    if ligne["origine"] == "calculee" and not ligne["note"]:
        yield ligne.constat("note", "une valeur calculée doit donner sa formule")
    if None not in (ligne["annee_debut"], ligne["annee"]) and ligne["annee_debut"] > ligne["annee"]:
        yield ligne.constat("annee_debut", f"{ligne['annee_debut']} est après l'année {ligne['annee']}")


def _dans_les_bornes(donnees: Donnees) -> Iterator[Constat]:
    bornes = {ligne["indicateur"]: (ligne["mini"], ligne["maxi"]) for ligne in donnees["indicateurs"]}
    for ligne in donnees["observations"]:
        mini, maxi = bornes.get(ligne["indicateur"], (None, None))
        for colonne in ("valeur", "borne_inf", "borne_sup"):
            nombre = ligne[colonne]
            if nombre is None:
                continue
            if (mini is not None and nombre < mini) or (maxi is not None and nombre > maxi):
                yield ligne.constat(
                    colonne,
                    f"{ligne.textes[colonne]} est hors des bornes de « {ligne['indicateur']} » "
                    f"(de {'−∞' if mini is None else f'{mini:g}'} à {'+∞' if maxi is None else f'{maxi:g}'})",
                )


def _decimales_de_l_unite(donnees: Donnees) -> Iterator[Constat]:
    """Un indicateur n'a pas plus de décimales que son unité : pas de dixième d'habitant."""
    admises = {ligne["unite"]: ligne["decimales"] for ligne in donnees["unites"]}
    for ligne in donnees["indicateurs"]:
        plafond = admises.get(ligne["unite"])
        if plafond is not None and ligne["decimales"] is not None and not 0 <= ligne["decimales"] <= plafond:
            yield ligne.constat(
                "decimales",
                f"{ligne['decimales']} : en « {ligne['unite']} », un indicateur en a de 0 à {plafond} (unites.csv)",
            )


# --- fidélité aux documents --------------------------------------------------------------------------------

_NOMBRE_IMPRIME = re.compile(r"[+\-−–]?\s?\d+(?:[  \u202f\u00a0.]\d{3})*(?:[.,]\d+)?")
_BAISSE = re.compile(r"diminu|baisse|inférieur|recul|de moins", re.IGNORECASE)


def a_plat(texte: str) -> str:
    """Le texte d'une ligne tel que les passages le citent : tabulations en « | », blancs réduits."""
    return " ".join(texte.replace("\t", " | ").split())


_FRACTIONS_ECRITES = {"un tiers": 33, "un quart": 25, "la moitié": 50, "deux tiers": 67, "trois quarts": 75}
_FRACTIONS_ECRITES |= {"1/3": 33, "1/4": 25}
_NOMBRES_ECRITS = {"une dizaine": 10, "trente ": 30, "une maison ": 1}
_MILLIONS = re.compile(r"(\d+(?:[.,]\d+)?) millions")
_FORMULE = re.compile(r"(\d+(?: \+ \d+)+) = (\d+)")
_DIVISION = re.compile(r"(100 × )?(\d+(?:,\d+)?) ÷ (\d+(?:,\d+)?) = (\d+(?:,\d+)?)")
_SUR = re.compile(r"(\d+)\D{0,40}? sur (\d+)")


def nombres_imprimes(imprime: str) -> list[float]:
    """Les nombres d'un texte imprimé : « 13 204 » → 13204 ; « 25 à 30% » → 25 et 30 ; « -36,8 » → -36,8.

    Les fractions écrites en toutes lettres comptent, en pourcentage : « un tiers » → 33, « 4 ménages sur 10 » → 40.
    """
    trouves = [float(part) for mots, part in _FRACTIONS_ECRITES.items() if mots in imprime.lower()]
    trouves += [float(n) for mots, n in _NOMBRES_ECRITS.items() if mots in imprime.lower()]
    trouves += [1e6 * float(lu) for n in _MILLIONS.findall(imprime) if (lu := lire(n)) is not None]
    trouves += [round(100 * int(n) / int(total), 9) for n, total in _SUR.findall(imprime) if int(total)]
    for morceau in _NOMBRE_IMPRIME.findall(re.sub(r"(?<=\d)\s*[a-zà]+\s*(?=\d)", " ; ", imprime)):
        propre = re.sub(r"[\s\u202f\u00a0]", "", morceau.replace("–", "-"))
        if re.fullmatch(r"[+\-−]?\d{1,3}(\.\d{3})+", propre):
            propre = propre.replace(".", "")
        if (lu := lire(propre)) is not None:
            trouves.append(float(lu))
    return trouves


def est_recalculee(ligne: Ligne) -> bool:
    """Vrai pour une valeur calculée, non imprimée, dont la note donne le calcul, refait ici.

    Une addition (« 70 + 15 = 85 ») ou une division arrondie (« 53200,7 ÷ 540 = 98,5 », « 100 × 3 ÷ 8 = 37,5 »).
    """
    if ligne["origine"] != "calculee" or ligne["imprime"]:
        return False
    if somme := _FORMULE.search(ligne["note"]):
        return bool(sum(map(int, somme[1].split(" + "))) == int(somme[2]) == ligne["valeur"])
    if division := _DIVISION.search(ligne["note"]):
        haut, bas, resultat = (lire(nombre) or Decimal(0) for nombre in division.groups()[1:])
        juste = bas != 0 and ((100 if division[1] else 1) * haut / bas).quantize(resultat, ROUND_HALF_UP) == resultat
        return juste and float(resultat) == ligne["valeur"]
    return False


def imprime_les_nombres(ligne: Ligne) -> bool:
    """Vrai si les nombres de l'observation sont bien ceux de son texte imprimé (au signe près si le mot le dit)."""
    attendus = [ligne[c] for c in ("valeur", "borne_inf", "borne_sup") if ligne[c] is not None]
    lus = nombres_imprimes(ligne["imprime"])
    if est_recalculee(ligne):
        return True
    baisse = bool(_BAISSE.search(ligne["imprime"]))
    return all(any(lu == voulu or (baisse and -lu == voulu) for lu in lus) for voulu in attendus)


def verifier_transcription(donnees: Donnees, partage: Path = DOSSIER_PARTAGE) -> list[Constat]:
    """Chaque valeur est dans son texte imprimé, lui-même dans son passage, lui-même à sa ligne du document.

    Les documents absents de `partage` ne sont pas relus ; les deux premières vérifications se font toujours.
    """
    textes = _Textes(donnees, partage)
    constats = []
    for ligne in donnees["observations"]:
        if a_plat(ligne["imprime"]) not in a_plat(ligne["passage"]):
            constats.append(ligne.constat("imprime", f"« {ligne['imprime']} » n'est pas dans le passage cité"))
        if not imprime_les_nombres(ligne):
            ecrits = " ".join(ligne.textes[c] for c in ("valeur", "borne_inf", "borne_sup")).split()
            constats.append(ligne.constat("valeur", f"{' et '.join(ecrits)} ne se lit pas dans « {ligne['imprime']} »"))
    for feuille in ("observations", *_PIECES):
        constats += filter(None, (textes.verifier(ligne) for ligne in donnees[feuille]))
    return constats


class _Textes:
    """Les documents sources, lus une fois."""

    def __init__(self, donnees: Donnees, partage: Path) -> None:
        self._documents = {ligne["source"]: ligne["document"] for ligne in donnees["sources"]}
        self._partage = partage
        self._lus: dict[str, list[str] | None] = {}

    def verifier(self, ligne: Ligne) -> Constat | None:
        """Le passage est-il à sa ligne ? Rien si le document manque sur cette machine, ou s'il n'y en a pas."""
        document = self._documents.get(ligne["source"]) or ""
        if document and document not in self._lus:
            chemin = self._partage / document
            lisible = chemin.exists() and chemin.suffix != ".xlsx"
            self._lus[document] = chemin.read_text("utf-8-sig").split("\n") if lisible else None
        lignes = self._lus.get(document)
        if lignes is None:
            return None
        numero = ligne["ligne"]
        if numero is None and ligne.valeurs.get("origine") == "calculee" and est_recalculee(ligne):
            return None
        if numero is None or not 1 <= numero <= len(lignes):
            return ligne.constat("ligne", f"« {numero} » n'est pas une ligne de {document}")
        if a_plat(ligne["passage"]) not in a_plat(lignes[numero - 1]) and not _a_sa_place(ligne, lignes):
            return ligne.constat("passage", f"introuvable à la ligne {numero} de {document}")
        return None


def _a_sa_place(ligne: Ligne, lignes: list[str]) -> bool:
    """Vrai si la ligne citée du fichier d'un producteur porte bien ce code, et cette valeur sous cette colonne.

    Le passage s'écrit « code | colonne | valeur », ou « code | an = 2018 | colonne | valeur » en format long.
    """
    morceaux = ligne["passage"].split(" | ")
    if len(morceaux) < 3:
        return False
    separateur = ";" if ";" in lignes[0] else ","
    entete, cellules = (
        next(csv.reader([lignes[0]], delimiter=separateur)),
        [cellule.strip() for cellule in next(csv.reader([lignes[ligne["ligne"] - 1]], delimiter=separateur))],
    )
    code, *conditions, colonne, valeur = morceaux
    attendues = {nom: voulue for nom, _, voulue in (c.partition(" = ") for c in conditions)} | {colonne: valeur}
    par_colonne = dict(zip((nom.strip() for nom in entete), cellules, strict=False))
    return code in cellules and all(
        par_colonne.get(nom) == ("" if voulue == "(vide)" else voulue) for nom, voulue in attendues.items()
    )


def documents_presents(donnees: Donnees, partage: Path = DOSSIER_PARTAGE) -> Counter[bool]:
    """Combien de documents cités sont là (True) et combien manquent (False)."""
    cites = {ligne["document"] for ligne in donnees["sources"] if ligne["document"]}
    return Counter((partage / document).exists() for document in cites)


def a_signaler(donnees: Donnees) -> list[Constat]:
    """Les valeurs douteuses, avec leur raison : ce sont les fautes des documents, gardées comme imprimées."""
    return [
        ligne.constat("fiabilite", f"{ligne['territoire']}, {ligne['indicateur']} : {ligne['note']}", "document")
        for ligne in donnees["observations"]
        if ligne["fiabilite"] == "douteuse"
    ]


__all__ = ["Constat", "a_signaler", "fichiers", "verifier_structure", "verifier_transcription"]
