"""Préparer un ajout : reconnaître chaque fichier, le dater, choisir les territoires, composer les lignes à écrire.

Un lot réunit les fichiers d'une même commande. Ceux qui disent les lieux passent d'abord : les autres en ont besoin.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from indicators.base.base import Base
from indicators.base.imports import Connue, Connues, valeurs_connues
from indicators.donnees.perimetres import Contour
from indicators.donnees.schema import CLES
from indicators.imports.moteur import emplacement, lignes, refus, suivis
from indicators.imports.moteur.annees import Dates, Demande, dater
from indicators.imports.moteur.cellules import en_nombre
from indicators.imports.moteur.membres import Membres, changements, epci_des_quartiers
from indicators.imports.moteur.monde import Monde
from indicators.imports.moteur.mouvements import Mouvement, observer
from indicators.imports.moteur.passages import Passage
from indicators.imports.moteur.reconnaissance import Fichier, reconnaitre
from indicators.imports.moteur.releve import Chiffre, Referentiel, Releve, constat
from indicators.socle.avancement import Avancement, muet
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.codes import departement_de
from indicators.socle.erreurs import Constat, ErreurImport
from indicators.socle.premiers import Premiers, des_constats
from indicators.socle.territoires import Maille


@dataclass(frozen=True)
class Lu:
    """Un fichier lu et daté."""

    fichier: Fichier
    releve: Releve
    dates: Dates


@dataclass
class Lot:
    """Un ajout prêt : les lignes de chaque feuille à écrire, et de quoi en rendre compte.

    `introuvables` : les territoires du fichier que la base ne connaît pas et qui ne sont pas ajoutés. `hors_bornes` :
    les chiffres impossibles, laissés, et `impossibles` leurs territoire et indicateur. `hors_catalogue` : les
    indicateurs que la base ne déclare pas. `doubles` : les cases qui contredisent une case déjà lue de même clé,
    laissées. `vues` : le rang de la ligne de chaque clé lue.
    `connues` : ce que la base a des mêmes indicateurs, pour ces territoires et leurs `parents` (les lieux qui les
    contiennent, par nature du lien). `locaux` : les indicateurs que ses fichiers définissent. `mouvements` : ce
    qu'une liste officielle change à la vie des lieux, et `applique` s'ils le sont. `membres` : ce que les fichiers
    changent aux communes et agglomérations des quartiers. `soupcons` : des pourcentages qui semblent des
    fractions. `refus` : ce qui empêche l'ajout. `base` : son fichier.
    """

    lus: list[Lu] = field(default_factory=list)
    chiffres: list[tuple[Lu, Chiffre]] = field(default_factory=list)
    feuilles: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    connus: set[str] = field(default_factory=set)
    nouveaux: set[str] = field(default_factory=set)
    introuvables: set[str] = field(default_factory=set)
    hors_bornes: Premiers[tuple[Lu, Chiffre]] = field(default_factory=Premiers)
    impossibles: set[tuple[str, str]] = field(default_factory=set)
    hors_catalogue: set[str] = field(default_factory=set)
    doubles: Premiers[tuple[Lu, Chiffre]] = field(default_factory=Premiers)
    liens_contraires: list[str] = field(default_factory=list)
    connues: Connues = field(default_factory=dict)
    vues: dict[tuple[str, ...], int] = field(default_factory=dict)
    contours: dict[str, Contour] = field(default_factory=dict)
    ecartes: list[tuple[str, str]] = field(default_factory=list)
    refus: Premiers[Constat] = field(default_factory=des_constats)
    base: str = ""
    parents: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    locaux: dict[str, Indicateur] = field(default_factory=dict)
    mouvements: list[Mouvement] = field(default_factory=list)
    applique: bool = False
    contours_d_avant: list[str] = field(default_factory=list)
    membres: Membres = field(default_factory=Membres)
    soupcons: Premiers[str] = field(default_factory=Premiers)

    def etendre(self, catalogue: Catalogue) -> Catalogue:
        """Le catalogue de la base et les indicateurs que ces fichiers définissent."""
        return replace(catalogue, indicateurs=self.locaux | catalogue.indicateurs)


def preparer(
    fichiers: Sequence[Fichier],
    ouverte: Base,
    *,
    demande: Demande | None = None,
    territoires: str = "connus",
    maille: Maille | None = None,
    ecarter_inconnus: bool = False,
    mouvements: bool = False,
    avancer: Avancement = muet,
) -> Lot:
    """Un lot prêt à être appliqué ; lève `ErreurImport` au premier fichier qui ne peut pas l'être.

    `territoires` : « connus » de la base, « tous », ou des codes (`DEP62,EPCI200072460`) dont tout l'intérieur entre.
    `mouvements` : applique ce que les listes officielles changent à la vie des lieux ; sinon, c'est seulement dit.
    `ecarter_inconnus` : un fichier d'aucun format connu est laissé et dit (dossier entier), au lieu d'arrêter le lot.
    """
    demande = demande or Demande()
    monde = Monde(ouverte)
    lot = Lot(base=ouverte.chemin.name, applique=mouvements)
    releves: list[tuple[Fichier, Releve]] = []
    for n, fichier in enumerate(fichiers):
        avancer(0.3 * n / len(fichiers), f"reconnaissance de {fichier.nom}")
        try:
            siens = reconnaitre(fichier, monde.referentiel(), maille)
        except ErreurImport as erreur:
            if not ecarter_inconnus or len(fichiers) == 1:
                raise
            lot.ecartes.append((fichier.nom, str(erreur)))
            continue
        for releve in siens:
            if releve.contours:
                emplacement.verifier(releve, fichier.nom, ouverte, monde.communes_de)
            monde.apprendre(releve)
        releves += [(fichier, releve) for releve in siens]
    if not releves:
        raise ErreurImport("Aucun fichier à ajouter : " + " ".join(texte for _, texte in lot.ecartes))
    for fichier, releve in releves:
        lot.locaux |= releve.indicateurs
        lot.refus += releve.refus.devenir(partial(_place, refus.place(fichier.nom, releve.feuille)))
    refus.lever(lot.refus)
    # un EPCI appris change des moyennes ; un établissement situé, celles de son quartier
    if lot.locaux or any(r.liens or r.situes or r.etablissements for _, r in releves):
        su = monde.referentiel()
        releves = [
            (fichier, relu)
            for fichier, siens in itertools.groupby(releves, key=lambda paire: paire[0])
            for relu in _relire(fichier, [releve for _, releve in siens], su, maille)
        ]
    # D'un extrait, seuls comptent les territoires qu'il nomme ; un fichier national dit aussi ce qui n'y est plus.
    nommes = {c.territoire for _, r in releves for c in r.chiffres}
    lot.parents = monde.parents(nommes)
    nommes |= {parent for natures in lot.parents.values() for parents in natures.values() for parent in parents}
    lot.connues = valeurs_connues(
        ouverte,
        sorted({c.indicateur for _, r in releves for c in r.chiffres}),
        None if any(r.est_national for _, r in releves) else nommes,
    )
    veut = monde.portee(territoires)
    catalogue = lot.etendre(ouverte.catalogue)
    datees = defaultdict(list, {cle: list(connues) for cle, connues in lot.connues.items()})
    for n, (fichier, releve) in enumerate(sorted(releves, key=lambda paire: bool(paire[1].groupes))):
        avancer(0.3 + 0.6 * n / len(releves), f"lecture de {fichier.nom}")
        dates = dater(releve, datees, demande, fichier.nom, fichier.empreinte)
        for chiffre in releve.chiffres:
            if chiffre.annee and chiffre.lecture.valeur:
                datees[chiffre.territoire, chiffre.indicateur].append(connue_du_lot(chiffre))
        lu = Lu(fichier, releve, dates)
        lot.lus.append(lu)
        entrants = _mouvements(lot, lu, monde)
        _lieux(lot, lu, monde, veut, entrants)
        _chiffres(lot, lu, monde, catalogue)
        releve.constats += refus.noms_d_un_autre(releve, monde.noms)
        _services(lot, lu, monde)
        lot.contours |= {contour.territoire: contour for contour in releve.contours}
    fractions, lot.soupcons = refus.fractions(
        [(lu.fichier.nom, c) for lu, c in lot.chiffres], lot.connues, catalogue, lot.locaux
    )
    lot.refus += fractions
    refus.lever(lot.refus)
    _indicateurs(lot, catalogue)
    passage = Passage(ouverte, lot.mouvements) if mouvements else None
    for feuille, siennes in (passage.lignes if passage is not None else {}).items():
        lot.feuilles[feuille] += siennes
    if passage is not None:
        lot.contours, lot.contours_d_avant = passage.contours | lot.contours, passage.contours_d_avant
    _liens(lot, monde, passage)
    _perimetres(lot, monde)
    lot.membres = changements((lu.releve for lu in lot.lus), monde.liens_embarques, monde.territoires)
    avancer(0.95, "comparaison avec la base")
    return lot


def _place(ou: str, faute: Constat) -> Constat:
    return replace(faute, fichier=ou)


def _relire(fichier: Fichier, siens: list[Releve], su: Referentiel, maille: Maille | None) -> list[Releve]:
    return reconnaitre(fichier, su, maille) if any(r.relire for r in siens) else siens


def connue_du_lot(chiffre: Chiffre) -> Connue:
    """Un chiffre du lot que son fichier date : il peut prouver l'année d'un autre fichier."""
    decimales = len(chiffre.lecture.valeur.partition(",")[2])
    valeur = en_nombre(chiffre.lecture.valeur)
    return Connue(None, chiffre.annee, None, valeur, None, None, chiffre.lecture.statut, "sure", decimales, "")


def _lieux(lot: Lot, lu: Lu, monde: Monde, veut: Callable[[str], bool], entrants: Collection[str]) -> None:
    """Les territoires que le fichier nomme, voulus ou `entrants` par un mouvement : une ligne, et leur département."""
    for nomme in lu.releve.lieux.values():
        voulu = nomme.territoire in entrants or veut(nomme.territoire)
        if nomme.nom and voulu and nomme.territoire not in monde.territoires:
            monde.territoires.add(nomme.territoire)
            lot.nouveaux.add(nomme.territoire)
            lot.feuilles["territoires"].append(lignes.d_un_lieu(nomme))
            if departement := departement_de(nomme.territoire):
                monde.liens.add((nomme.territoire, departement, "departement"))
        elif not lu.releve.chiffres and not lu.releve.contours:  # une liste : ses lieux sont tout ce qu'elle apporte
            (lot.connus if nomme.territoire in monde.embarques else lot.introuvables).add(nomme.territoire)
    monde.liens |= {
        (quartier, epci, "epci")
        for quartier, epci in epci_des_quartiers(lu.releve, monde.liens)
        if quartier in lot.nouveaux
    }
    for ancien, nouveau, nature, source in lu.releve.filiations:
        if all(code in monde.territoires for code in (ancien, nouveau) if code):
            lot.feuilles["filiations"].append(
                {"ancien": ancien, "nouveau": nouveau, "nature": nature, "source": source, "note": ""}
            )


def _mouvements(lot: Lot, lu: Lu, monde: Monde) -> set[str]:
    """Dit ce que cette liste change à la vie des lieux ; rend ceux qui entrent dans la base quand c'est appliqué."""
    siens = observer(lu.releve, lu.fichier.nom, lu.dates.edition, monde)
    deja = {(m.nature, m.territoire) for m in lot.mouvements}
    lot.mouvements += [m for m in siens if (m.nature, m.territoire) not in deja]
    return {code for m in siens for code in (m.territoire, m.vers) if code} if lot.applique else set()


def _liens(lot: Lot, monde: Monde, passage: Passage | None = None) -> None:
    """Les appartenances nouvelles entre territoires connus ; une commune ne change pas d'EPCI sans qu'on le dise.

    `passage` : les liens que les mouvements appliqués ferment et ouvrent.
    """
    par_edition = sorted(lot.lus, key=lambda lu: lu.dates.edition or 0)
    epci_actuel = {t: p for lu in par_edition for t, p, nature in lu.releve.liens if nature == "epci"}
    epci_actuel |= {t: p for t, p, nature in monde.liens_embarques if nature == "epci"}
    origines = {lien: lu.releve.titre for lu in reversed(lot.lus) for lien in lu.releve.liens}
    for lien in sorted(monde.liens - monde.liens_embarques):
        territoire, parent, nature = lien
        if territoire not in monde.territoires or (passage is not None and passage.decide(territoire, nature)):
            continue
        actuel = epci_actuel.get(territoire)
        # un quartier peut être à cheval sur deux agglomérations, une commune non
        if nature == "epci" and not territoire.startswith("Q") and actuel not in (None, parent):
            lot.liens_contraires.append(f"{territoire} : {actuel} gardé, {parent} laissé")
            continue
        if parent not in monde.territoires:
            continue
        source = origines.get(lien, "déduit des codes")
        lot.feuilles["appartenances"].append(
            {"territoire": territoire, "parent": parent, "nature": nature, "source": source}
            | ({"depuis": passage.depuis_quand(territoire)} if passage is not None else {})
        )


def _chiffres(lot: Lot, lu: Lu, monde: Monde, catalogue: Catalogue) -> None:
    """Les chiffres du fichier pour les territoires retenus, datés, sans les impossibles ni les contradictoires."""
    source, observations = _source(lot, lu), lot.feuilles["observations"]
    bornes = {i.indicateur: (i.mini, i.maxi) for i in catalogue.indicateurs.values()}
    for chiffre in lu.releve.chiffres:
        if chiffre.groupe in lu.dates.laisses:
            continue
        if chiffre.indicateur not in bornes:
            lot.hors_catalogue.add(chiffre.indicateur)
            continue
        if chiffre.territoire not in monde.territoires:
            lot.introuvables.add(chiffre.territoire)
            continue
        if chiffre.territoire not in lot.nouveaux:
            lot.connus.add(chiffre.territoire)
        if doute := refus.a_eclaircir(chiffre, catalogue.indicateurs[chiffre.indicateur]):
            lu.releve.constats.append(constat(chiffre.ligne or 0, chiffre.colonne, f"{doute} : case laissée"))
            continue
        mini, maxi = bornes[chiffre.indicateur]
        ecrites = [v for v in (chiffre.lecture.valeur, *chiffre.bornes) if v]
        if any((mini is not None and v < mini) or (maxi is not None and v > maxi) for v in map(en_nombre, ecrites)):
            lot.hors_bornes.append((lu, chiffre))
            lot.impossibles.add((chiffre.territoire, chiffre.indicateur))
            continue
        ligne = lignes.d_un_chiffre(chiffre, lu.dates, source, lu.releve.par_millesime)
        if int(ligne["annee"] or 0) > date.today().year:
            venir = f"{ligne['annee']} est une année à venir : case laissée"
            lu.releve.constats.append(constat(chiffre.ligne or 0, chiffre.colonne, venir))
            continue
        cle = tuple(ligne[colonne] for colonne in CLES["observations"])
        deja = lot.vues.setdefault(cle, len(observations))
        if deja < len(observations):
            if _dite(observations[deja]) != _dite(ligne):
                lot.doubles.append((lu, chiffre))
            continue
        lot.refus += refus.de_la_ligne(ligne, lu.fichier.nom, lu.releve.feuille, chiffre.ligne)
        lot.chiffres.append((lu, chiffre))
        observations.append(ligne)


def _dite(ligne: Mapping[str, str]) -> tuple[str | float, ...]:
    """Ce que dit une ligne, pour la rapprocher d'une autre : son statut et ses nombres, pas leur écriture."""
    return ligne["statut"], *(ligne[c] and en_nombre(ligne[c]) for c in ("valeur", "borne_inf", "borne_sup"))


def _perimetres(lot: Lot, monde: Monde) -> None:
    """Quel périmètre suit chaque fichier, pour les communes qui en ont changé ; et celles qui ont sans doute changé."""
    dates = ((c, lu.dates.annees.get(c.groupe) if c.groupe else c.annee) for lu, c in lot.chiffres)
    lot.feuilles["ruptures"] += suivis.soupcons(lot.mouvements, dates, lot.connues, lot.feuilles["ruptures"])
    lus = [(_source(lot, lu), lu.releve) for lu in lot.lus if lu.releve.source is not None and lu.releve.chiffres]
    lot.feuilles["perimetres"] += suivis.des_sources(lus, monde.base, monde.communes_actuelles, lot.feuilles)


def _services(lot: Lot, lu: Lu, monde: Monde) -> None:
    """Les lieux ouverts au public que le fichier place dans une commune connue."""
    if not lu.releve.services:
        return
    source = _source(lot, lu)
    for service in lu.releve.services:
        if service["commune"] in monde.territoires:
            lot.feuilles["services"].append({"source": source} | service)
        else:
            lot.introuvables.add(service["commune"])


def _indicateurs(lot: Lot, catalogue: Catalogue) -> None:
    """La définition de chaque indicateur local dont le lot donne un chiffre : chaque ajout porte les siennes."""
    cites = {ligne["indicateur"] for ligne in lot.feuilles["observations"]}
    for code in sorted(cites):
        indicateur = catalogue.indicateurs[code]
        if code in lot.locaux or indicateur.est_local:
            lot.feuilles["indicateurs"].append(lignes.d_un_indicateur(indicateur))
    for lu in lot.lus:
        sans = sorted(set(lu.releve.indicateurs) - cites)
        lu.releve.constats += [constat(0, "", f"« {code} » est défini sans aucun chiffre : laissé") for code in sans]
        if lu.releve.format == "modele":
            lu.releve.constats += refus.homonymes({chiffre.indicateur for chiffre in lu.releve.chiffres}, catalogue)


def _source(lot: Lot, lu: Lu) -> str:
    lue = lu.releve.source
    if lue is None:
        return ""
    edition = str(lu.dates.edition or "")
    identifiant = lue.source.replace("{edition}", edition)
    if all(s["source"] != identifiant for s in lot.feuilles["sources"]):
        lot.feuilles["sources"].append(
            {
                "source": identifiant,
                "producteur": lue.producteur,
                "titre": lue.titre.replace("{edition}", edition),
                "edition": edition,
                "url": lue.url,
                "licence": lue.licence,
                "rang": str(lue.rang),
            }
        )
    return identifiant
