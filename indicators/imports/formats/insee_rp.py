"""Insee, recensement par commune : comparateur de territoires et bases « emploi », « logement », « population ».

Les variables portent leur année (`P18_ACT1564`, `P21_RP_LOCHLMV`) : le fichier la prouve. Les effectifs sont lus, les
parts en sont calculées, somme sur somme pour les agglomérations, départements, régions et la France métropolitaine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.imports.moteur.cellules import lire_cellule
from indicators.imports.moteur.large import colonne_du_code, maille_des_codes
from indicators.imports.moteur.releve import (
    NOTE_VIDE,
    VIDE,
    Chiffre,
    Format,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
)
from indicators.imports.moteur.sommes import Effectifs, part, sommer
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import identifiant
from indicators.socle.observations import Statut
from indicators.socle.territoires import Maille

_VARIABLE = re.compile(r"([PC])(\d{2})_(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class _Part:
    """Une part : ses variables sans leur année ; un signe « - » devant celle que l'on retranche."""

    indicateur: str
    haut: tuple[str, ...]
    bas: tuple[str, ...]
    phrase: str

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(v.removeprefix("-") for v in (*self.haut, *self.bas))


_PARTS = (
    _Part("taux_emploi_15_64", ("ACTOCC1564",), ("POP1564",), "Actifs occupés sur habitants de 15 à 64 ans"),
    _Part("taux_emploi_15_64", ("ACT1564", "-CHOM1564"), ("POP1564",),
          "Actifs moins chômeurs, sur habitants de 15 à 64 ans"),
    _Part("taux_emploi_femmes", ("FACTOCC1564",), ("F1564",), "Femmes actives occupées sur femmes de 15 à 64 ans"),
    _Part("taux_emploi_hommes", ("HACTOCC1564",), ("H1564",), "Hommes actifs occupés sur hommes de 15 à 64 ans"),
    _Part("taux_chomage_rp", ("CHOM1564",), ("ACT1564",), "Chômeurs sur actifs de 15 à 64 ans"),
    _Part("part_rp_hlm", ("RP_LOCHLMV",), ("RP",),
          "Résidences principales HLM louées vides sur résidences principales"),
    _Part("part_0_14", ("POP0014",), ("POP",), "Habitants de 0 à 14 ans sur population"),
    _Part("part_15_29", ("POP1529",), ("POP",), "Habitants de 15 à 29 ans sur population"),
    _Part("part_60_plus", ("POP6074", "POP7589", "POP90P"), ("POP",), "Habitants de 60 ans et plus sur population"),
    _Part("part_femmes", ("POPF",), ("POP",), "Femmes sur population"),
)  # fmt: skip
_MARQUES = ({"POP1564", "ACT1564"}, {"POP1564", "ACTOCC1564"}, {"RP", "RP_LOCHLMV"}, {"POP", "POP0014"})
"""Les variables qui font reconnaître une base du recensement : celles du comparateur, et de chaque base détaillée."""
_FILOSOFI = {
    "TP60": "taux_pauvrete", "PR_MD60": "taux_pauvrete", "MED": "niveau_vie_median", "MED_SL": "niveau_vie_median",
}  # fmt: skip
"""Le comparateur reprend la médiane et le taux de Filosofi, sous leurs noms d’avant et d’après la refonte de 2023."""

_CONNUES = (
    r"COD_?GEO|LIBGEO|REG|DEP|SUPERF|[PCD]\d{2}_\w+|(NAIS|DECE)\d{4}|(NAISD|DECESD|NBMENFISC|PIMP)\d{2}"
    r"|(MED|TP60|MED_SL|PR_MD60)_?\d{2}|ET(TOT|AZ|BE|FZ|GU|GZ|OQ|TEF1|TEFP10)\d{2}"
)
"""Une variable du recensement se reconnaît à son année, que chaque édition change ; les autres ont leur nom."""


def _lire(tableau: Tableau, referentiel: Referentiel, maille: Maille | None) -> Releve | None:
    code = colonne_du_code(tableau)
    places: dict[int, dict[str, int]] = {}
    for place, nom in enumerate(tableau.entete):
        if trouve := _VARIABLE.fullmatch(nom):
            places.setdefault(2000 + int(trouve[2]), {}).setdefault(trouve[3].upper(), place)
    annee = max((a for a, siennes in places.items() if any(m <= set(siennes) for m in _MARQUES)), default=None)
    if code is None or annee is None:
        return None
    siennes = places[annee]
    releve = Releve(
        "insee_rp",
        f"Insee, recensement {annee} par territoire",
        SourceLue("insee_rp_{edition}_" + _base(siennes), "Insee", _titre(siennes)),
        lignes=len(tableau.lignes),
        edition=annee,
        relire=True,
        constats=debordements(tableau),
    )
    prises = {place for nom, place in siennes.items() if nom in _utiles(siennes)}
    filosofi = {
        n: m
        for n, nom in enumerate(tableau.entete)
        if (m := re.fullmatch(r"(TP60|MED_SL|MED|PR_MD60)_?(\d{2})", nom, re.I))
    }
    releve.laissees = tuple(
        n for p, n in enumerate(tableau.entete) if n and p not in prises | {code} and p not in filosofi
    )
    releve.quantites = _effectifs(
        tableau,
        code,
        siennes,
        annee,
        maille or maille_des_codes(tableau, code, tableau.place("LIBGEO")),
        referentiel,
        releve,
    )
    for place, marque in filosofi.items():
        _filosofi(tableau, code, place, _FILOSOFI[marque[1].upper()], 2000 + int(marque[2]), releve)
    return releve


def _base(siennes: Mapping[str, int]) -> str:
    if "LOG" in siennes and "ACT1564" in siennes:
        return "comparateur"
    return "emploi" if "POP1564" in siennes else "logement" if "RP_LOCHLMV" in siennes else "population"


def _titre(siennes: Mapping[str, int]) -> str:
    return {
        "comparateur": "Insee, base du comparateur de territoires (recensement {edition})",
        "emploi": "Insee, recensement {edition}, base communale « emploi, population active »",
        "logement": "Insee, recensement {edition}, base communale « logement »",
        "population": "Insee, recensement {edition}, base communale « évolution et structure de la population »",
    }[_base(siennes)]


def _calculables(siennes: Mapping[str, int]) -> list[_Part]:
    """Les parts dont toutes les variables sont là, une seule façon de calculer par indicateur."""
    retenues: dict[str, _Part] = {}
    for declaree in _PARTS:
        if set(declaree.variables) <= set(siennes):
            retenues.setdefault(declaree.indicateur, declaree)
    return list(retenues.values())


def _utiles(siennes: Mapping[str, int]) -> set[str]:
    return {v for declaree in _calculables(siennes) for v in declaree.variables} | {"RP"}


def _effectifs(
    tableau: Tableau, code: int, siennes: Mapping[str, int], annee: int, maille: Maille | None,
    referentiel: Referentiel, releve: Releve,
) -> dict[tuple[str, int], dict[str, Decimal]]:  # fmt: skip
    """Lit les effectifs, en tire les chiffres de chaque territoire, et rend les résidences principales."""
    utiles = sorted(_utiles(siennes) & set(siennes))
    par_territoire: dict[str, dict[str, Decimal]] = {}
    lignes: dict[str, tuple[int, str]] = {}
    sans: set[str] = set()
    codes = {cellules[code] for _, cellules in tableau.lignes}
    lues: dict[str, tuple[str, ...]] = {}
    for numero, cellules in tableau.lignes:
        lu = identifiant(cellules[code], maille)
        if lu is None:
            releve.constats.append(constat(numero, tableau.entete[code], f"code « {cellules[code]} » non reconnu"))
            continue
        territoire = referentiel.commune(lu)
        if territoire != lu and territoire.removeprefix("COM") in codes and _est_arrondissement(lu):
            continue  # la commune entière est dans le fichier, avec ses arrondissements
        siens = tuple(cellules[siennes[v]] for v in utiles)
        if lu in lues:
            if lues[lu] != siens:
                releve.constats.append(constat(numero, "", f"{lu} : deux lignes différentes, la première gardée"))
            continue
        lues[lu] = siens
        if all(cellules[siennes[v]] == "" for v in utiles):
            sans.add(territoire)
            continue
        try:
            valeurs = {v: _nombre(cellules[siennes[v]]) for v in utiles}
        except ValueError as erreur:
            releve.constats.append(constat(numero, "", f"{erreur} : ligne laissée"))
            sans.add(territoire)
            continue
        if territoire in par_territoire:  # une commune d'aujourd'hui en réunit plusieurs d'alors
            deja = par_territoire[territoire]
            par_territoire[territoire] = {v: deja[v] + valeurs[v] for v in utiles}
            lignes.pop(territoire, None)
        else:
            par_territoire[territoire], lignes[territoire] = valeurs, (numero, cellules[code])
    for territoire in sans:  # réunie depuis, et l'une de celles qu'elle réunit n'a pas ses effectifs
        par_territoire.pop(territoire, None)
    for declaree in _calculables(siennes):
        _parts(releve, declaree, annee, par_territoire, lignes, sans, referentiel)
    if "RP" not in siennes:
        return {}
    return {("RP", annee): {t: v["RP"] for t, v in par_territoire.items()}}


def _est_arrondissement(code: str) -> bool:
    return re.fullmatch(r"COM(751|6938|132)\d+", code) is not None


def _nombre(texte: str) -> Decimal:
    lecture = lire_cellule(texte, None)
    if lecture is None or not lecture.valeur:
        raise ValueError(f"« {texte or VIDE} » : effectif attendu")
    return lecture.nombre


def _parts(
    releve: Releve, declaree: _Part, annee: int, par_territoire: Mapping[str, Mapping[str, Decimal]],
    lignes: Mapping[str, tuple[int, str]], sans: set[str], referentiel: Referentiel,
) -> None:  # fmt: skip
    court = f"P{annee % 100:02d}_"
    ecrite = " ".join(f"{'− ' if v.startswith('-') else ''}{court}{v.removeprefix('-')}" for v in declaree.haut)
    colonne = f"{ecrite} ÷ {court}{' + '.join(declaree.bas)}"

    def deux(valeurs: Mapping[str, Decimal]) -> Effectifs:
        haut = sum((-valeurs[v[1:]] if v.startswith("-") else valeurs[v] for v in declaree.haut), Decimal(0))
        return haut, sum((valeurs[v] for v in declaree.bas), Decimal(0))

    effectifs = {t: deux(v) for t, v in par_territoire.items()}
    for territoire, (haut, bas) in effectifs.items():
        numero, code = lignes.get(territoire, (None, ""))
        reunies = "" if numero else " Somme des communes réunies depuis."
        passage = f"{code or territoire.removeprefix('COM')} | {colonne}"
        if chiffre := part(territoire, declaree.indicateur, annee, haut, bas, declaree.phrase, ligne=numero,
                           colonne=colonne, passage=passage, note=reunies):  # fmt: skip
            releve.chiffres.append(chiffre)
    communes = {t: e for t, e in effectifs.items() if t.startswith("COM")}
    for territoire, somme in sommer(communes, {t for t in sans if t.startswith("COM")}, referentiel, annee).items():
        haut, bas = somme.effectifs
        phrase = f"{declaree.phrase}, somme de {somme.communes} communes"
        passage = f"{colonne}, {somme.communes} communes"
        if chiffre := part(territoire, declaree.indicateur, annee, haut, bas, phrase, colonne=colonne,
                           passage=passage, note=somme.note):  # fmt: skip
            releve.chiffres.append(chiffre)


def _filosofi(tableau: Tableau, code: int, place: int, indicateur: str, annee: int, releve: Releve) -> None:
    """Le comparateur reprend deux colonnes de Filosofi, une case vide étant un secret."""
    nom = tableau.entete[place]
    for numero, cellules in tableau.lignes:
        territoire = identifiant(cellules[code])
        if territoire is None:
            continue
        if (lecture := releve.lire(cellules[place], Statut.SECRET, numero, nom)) is None:
            continue
        note = "" if cellules[place] else NOTE_VIDE[Statut.SECRET]
        passage = f"{cellules[code]} | {nom} | {cellules[place] or VIDE}"
        releve.chiffres.append(
            Chiffre(territoire, indicateur, "", annee, lecture, cellules[place], nom, numero, note, passage=passage)
        )


_DATASFUN = re.compile(r"pop_15_64_(totale|active|chomage)_(20\d{2})|(menages)_(20\d{2})")
_DE_LA_REPRISE = (
    r"insee_(com|reg|dep|parente)|commune(_article|_type)?|code_postal|lat|lng|superficie_km2"
    r"|(population|menages|naissances|deces)_20\d{2}|pop_15_64_(totale|active|chomage)_20\d{2}"
)
_PETITE = 1000
"""Sous ce nombre d'habitants de 15 à 64 ans, des effectifs arrondis à l'unité déplacent la part d'un dixième."""


def _reprise(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La reprise du comparateur par datas.fun : effectifs arrondis à l'unité, une ligne par code postal.

    Une commune à plusieurs codes postaux y est répétée : une seule de ses lignes compte. Les communes déléguées, qui
    répètent leur commune, sont laissées ; Paris, Lyon et Marseille n'y sont que par leurs arrondissements.
    """
    com, genre = tableau.place("insee_com"), tableau.place("commune_type")
    places = {
        m[1] or m[3]: (p, int(m[2] or m[4])) for p, n in enumerate(tableau.entete) if (m := _DATASFUN.fullmatch(n))
    }
    if com is None or genre is None or not {"totale", "active", "chomage"} <= set(places):
        return None
    annee = places["totale"][1]
    releve = Releve(
        "insee_rp_datasfun",
        f"Insee, comparateur de territoires (recensement {annee}), repris par datas.fun",
        SourceLue(
            "insee_rp_{edition}_datasfun", "Insee, repris par datas.fun",
            "Insee, base du comparateur de territoires (recensement {edition}), reprise par datas.fun en août 2024, "
            "effectifs arrondis à l’unité", rang=2,
        ),
        lignes=len(tableau.lignes), edition=annee, relire=True, constats=debordements(tableau),
    )  # fmt: skip
    par_territoire: dict[str, dict[str, Decimal]] = {}
    lignes: dict[str, tuple[int, str]] = {}
    lues: dict[str, tuple[str, ...]] = {}
    sans: set[str] = set()
    for numero, cellules in tableau.lignes:
        code = identifiant(cellules[com])
        if code is None or cellules[genre] not in {"COM", "ARM"}:
            continue
        utiles = tuple(cellules[place] for place, _ in places.values())
        if code in lues:
            if lues[code] != utiles:
                releve.constats.append(
                    constat(numero, "insee_com", f"{code} : deux lignes différentes, la première gardée")
                )
            continue
        lues[code] = utiles
        territoire = referentiel.commune(code)
        try:
            valeurs = {nom: _nombre(cellules[place]) for nom, (place, _) in places.items()}
        except ValueError as erreur:
            releve.constats.append(constat(numero, "", f"{erreur} : ligne laissée"))
            sans.add(territoire)
            continue
        if territoire in par_territoire:
            deja = par_territoire[territoire]
            par_territoire[territoire] = {v: deja[v] + valeurs[v] for v in valeurs}
            lignes.pop(territoire, None)
        else:
            par_territoire[territoire], lignes[territoire] = valeurs, (numero, cellules[com])
    colonne = f"pop_15_64_active_{annee} − pop_15_64_chomage_{annee} ÷ pop_15_64_totale_{annee}"
    effectifs = {t: (v["active"] - v["chomage"], v["totale"]) for t, v in par_territoire.items()}
    phrase = "Actifs moins chômeurs, sur habitants de 15 à 64 ans (effectifs arrondis à l’unité)"
    sommes = sommer(effectifs, sans, referentiel, annee)
    for territoire, (haut, bas) in effectifs.items():
        numero_lu, code_lu = lignes.get(territoire, (None, territoire.removeprefix("COM")))
        statut = Statut.ENVIRON if bas < _PETITE else Statut.EXACT
        if chiffre := part(territoire, "taux_emploi_15_64", annee, haut, bas, phrase, ligne=numero_lu, colonne=colonne,
                           passage=f"{code_lu} | {colonne}", statut=statut):  # fmt: skip
            releve.chiffres.append(chiffre)
    for territoire, somme in sommes.items():
        haut, bas = somme.effectifs
        if chiffre := part(territoire, "taux_emploi_15_64", annee, haut, bas,
                           f"{phrase}, somme de {somme.communes} communes", colonne=colonne,
                           passage=f"{colonne}, {somme.communes} communes", note=somme.note):  # fmt: skip
            releve.chiffres.append(chiffre)
    if "menages" in places:
        releve.quantites = {("RP", annee): {t: v["menages"] for t, v in par_territoire.items()}}
    return releve


FORMATS = (
    Format(
        "insee_rp", "Insee, recensement : comparateur de territoires, emploi, logement, population", _lire, _CONNUES
    ),
    Format("insee_rp_datasfun", "Insee, comparateur de territoires repris par datas.fun", _reprise, _DE_LA_REPRISE),
)
