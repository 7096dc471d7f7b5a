"""Le français : verdicts, comparaisons et phrases de lecture. Aucun calcul, aucun verdict ici."""

from __future__ import annotations

import math
import re
from datetime import date

from indicators.analyse.comparaison import Comparaison, Jugement, Motif, Position
from indicators.analyse.profil import Profil
from indicators.analyse.rangs import Classement, Rang
from indicators.recit import ruptures
from indicators.socle.catalogue import Indicateur, Source
from indicators.socle.nombres import FINE, INSECABLE, capitale, compter, minuscule, nombre, ordinal, signe
from indicators.socle.observations import Observation, Origine, Statut
from indicators.socle.territoires import Maille, Territoire
from indicators.socle.unites import avec_unite

MOTS_STATUT = {
    Statut.SECRET: "secret statistique",
    Statut.NON_DISPONIBLE: "non disponible",
    Statut.SANS_OBJET: "sans objet",
}
MOTS_JUGEMENT = {
    Jugement.FAVORABLE: "favorable",
    Jugement.DEFAVORABLE: "défavorable",
    Jugement.PROCHE: "comparable",
    Jugement.NEUTRE: "sans jugement",
    Jugement.INDETERMINE: "",
}
MOTS_POSITION = {
    Position.PLUS_ELEVE: "plus élevé",
    Position.PROCHE: "proche",
    Position.PLUS_FAIBLE: "plus faible",
    Position.INDETERMINE: "indéterminé",
}

MOTS_MOTIF = {
    Motif.ANNEES_DIFFERENTES: "années différentes",
    Motif.RUPTURE: "ne se comparent pas",
    Motif.GEOGRAPHIES_DIFFERENTES: "périmètres de 2015 et de 2024, non comparables",
    Motif.SECRET: "couvert par le secret statistique",
    Motif.DEFINITION_DIFFERENTE: "définition différente, non comparé",
    Motif.INTERVALLE_NON_CONCLUSIF: "la fourchette ne permet pas de conclure",
    Motif.CHIFFRE_DOUTEUX: "chiffre douteux",
    Motif.REFERENCE_DOUTEUSE: "référence douteuse",
    Motif.EFFECTIF: "un nombre absolu ne se compare pas à celui d’un territoire d’une autre taille",
}
"""Les motifs qui se disent toujours avec les mêmes mots ; les autres dépendent de la comparaison (`motif`)."""


def chiffre(observation: Observation, unite: str) -> str:
    """La valeur telle qu'on la lit : « 46,7 % », « plus de 30 % », « de 25 à 30 % », « environ 3 000 habitants »."""
    if observation.statut in MOTS_STATUT:
        return MOTS_STATUT[observation.statut]
    texte, n = _nombres(observation)
    if observation.indicateur.endswith(("_evolution", "_evolution_pct")) and observation.valeur is not None:
        texte = signe(observation.valeur, observation.decimales)
    return avec_unite(texte, unite, n)


def _nombres(observation: Observation) -> tuple[str, float]:
    d = observation.decimales
    if observation.statut is Statut.INTERVALLE:
        assert observation.borne_inf is not None and observation.borne_sup is not None
        return f"de {nombre(observation.borne_inf, d)} à {nombre(observation.borne_sup, d)}", observation.borne_sup
    if observation.statut is Statut.AU_MOINS:
        assert observation.borne_inf is not None
        return f"plus de {nombre(observation.borne_inf, d)}", observation.borne_inf
    if observation.statut is Statut.AU_PLUS:
        assert observation.borne_sup is not None
        return f"au plus {nombre(observation.borne_sup, d)}", observation.borne_sup
    assert observation.valeur is not None
    texte = nombre(observation.valeur, d)
    return (f"environ {texte}" if observation.statut is Statut.ENVIRON else texte), observation.valeur


def periode(observation: Observation) -> str:
    """La date écrite sous un chiffre : « 2018 », « 2011-2019 », « édition 2022 », « année non imprimée »."""
    if observation.annee_debut is not None:
        fin = observation.annee or observation.millesime
        return f"{observation.annee_debut}-{fin}" if fin else f"depuis {observation.annee_debut}"
    if observation.annee is not None:
        return str(observation.annee)
    return f"édition {observation.millesime}" if observation.millesime else "année non imprimée"


def date_complete(observation: Observation) -> str:
    """L'année de mesure et le millésime quand les deux sont connus : « 2018 (édition 2022) »."""
    if observation.annee is not None and observation.millesime not in (None, observation.annee):
        return f"{periode(observation)} (édition {observation.millesime})"
    return periode(observation)


def ecart(comparaison: Comparaison) -> str:
    """L'écart en mots : « 27,9 points de plus », « au moins 11,2 points de plus », « proche »."""
    unite = comparaison.indicateur.unite.ecart
    d = comparaison.decimales
    basse, haute = comparaison.ecart_min, comparaison.ecart_max
    if basse is None or haute is None or comparaison.position is Position.INDETERMINE:
        return ""
    if comparaison.ecart is not None:
        valeur = round(comparaison.ecart, d)
        if valeur == 0:
            return "valeur proche" if comparaison.a_l_arrondi else "même valeur"
        sens = "de plus" if valeur > 0 else "de moins"
        environ = "environ " if comparaison.a_l_arrondi else ""
        return f"{environ}{avec_unite(nombre(abs(valeur), d), unite, abs(valeur))} {sens}"
    if comparaison.position is Position.PROCHE:
        return "valeur proche"
    petits, grands = sorted((abs(basse), abs(haute)))
    sens = "de plus" if basse > 0 else "de moins"
    if math.isinf(grands):
        return f"au moins {avec_unite(nombre(petits, d), unite, petits)} {sens}"
    return f"{avec_unite(f'de {nombre(petits, d)} à {nombre(grands, d)}', unite, grands)} {sens}"


def rapport(comparaison: Comparaison) -> str:
    """« 2,5 fois » à partir d'une fois et demie, entre deux niveaux ; chaîne vide sinon.

    Rien pour un indice (son zéro est conventionnel), une variation, deux années différentes, un chiffre douteux.
    """
    indicateur, valeur = comparaison.indicateur, comparaison.rapport
    if comparaison.motif in {Motif.CHIFFRE_DOUTEUX, Motif.REFERENCE_DOUTEUSE}:
        return ""
    if valeur is None or valeur < 1.5 or not indicateur.unite.rapport or indicateur.evolution_de:
        return ""
    return "" if comparaison.des_annees_differentes else f"{nombre(valeur, 1)} fois"


def verdict(comparaison: Comparaison) -> str:
    """Le jugement en un mot, ou la raison pour laquelle il n'y en a pas."""
    if comparaison.motif is Motif.AUCUN:
        return MOTS_JUGEMENT[comparaison.jugement]
    if comparaison.motif is Motif.ANNEES_DIFFERENTES:
        return f"{motif(comparaison)}, sans jugement"
    sans = f"sans jugement{INSECABLE}: " if comparaison.motif.est_un_fait else ""
    return sans + motif(comparaison)


def position(comparaison: Comparaison) -> str:
    """Le fait et le jugement en deux mots : « plus élevé, défavorable », « proche », « plus faible ».

    Un jugement neutre ne s'écrit pas : le fait suffit.
    """
    fait = MOTS_POSITION[comparaison.position]
    if comparaison.jugement in {Jugement.FAVORABLE, Jugement.DEFAVORABLE}:
        return f"{fait}, {MOTS_JUGEMENT[comparaison.jugement]}"
    return fait


def motif(comparaison: Comparaison) -> str:
    """Pourquoi la comparaison manque ou reste sans jugement, en quelques mots ; jamais vide s'il y a un motif."""
    un_chiffre = comparaison.observation.a_une_valeur
    de_la_reference = "de la référence " if un_chiffre else ""
    return {
        **MOTS_MOTIF,
        Motif.AUCUN: "",
        Motif.ANNEES_DIFFERENTES: _annees(comparaison),
        Motif.RUPTURE: _rupture(comparaison, entiere=False),
        Motif.SECRET: f"chiffre {de_la_reference}{MOTS_MOTIF[Motif.SECRET]}",
        Motif.NON_DISPONIBLE: "référence non disponible" if un_chiffre else "chiffre non disponible",
        Motif.SANS_OBJET: f"chiffre {de_la_reference}sans objet",
        Motif.ARRONDI: "chiffre publié à l’unité, l’écart est trop petit pour conclure",
        Motif.PETIT_TERRITOIRE: peu_d_habitants(comparaison.indicateur),
        Motif.ANCIEN_PERIMETRE: f"chiffre d’un ancien périmètre, changé en {comparaison.observation.perimetre}",
    }[comparaison.motif]


def motif_entier(comparaison: Comparaison) -> str:
    """Le motif, une rupture dite avec la phrase de son producteur : pour une lecture, un fichier, une note."""
    return _rupture(comparaison, entiere=True) if comparaison.rupture is not None else motif(comparaison)


def _rupture(comparaison: Comparaison, *, entiere: bool) -> str:
    """« 2012 et 2021 ne se comparent pas (nouvelle loi, autre calcul en 2018) » ; entière, la raison du catalogue."""
    rupture, reference = comparaison.rupture, comparaison.reference
    if rupture is None or reference is None:
        return MOTS_MOTIF[Motif.RUPTURE]
    debut = f"{periode(comparaison.observation)} et {periode(reference)} {MOTS_MOTIF[Motif.RUPTURE]}"
    return f"{debut}, car {rupture.raison}" if entiere else f"{debut} ({ruptures.datee(rupture)})"


def _annees(comparaison: Comparaison) -> str:
    """Deux années différentes, ou une année que le document n'imprime pas."""
    chiffres = (comparaison.observation, comparaison.reference)
    if any(o is not None and o.annee is None and o.annee_debut is None for o in chiffres):
        return "années différentes ou non imprimées"
    return MOTS_MOTIF[Motif.ANNEES_DIFFERENTES]


def peu_d_habitants(indicateur: Indicateur) -> str:
    """Pourquoi un petit territoire n'est pas jugé, avec le seuil de l'indicateur."""
    seuil = nombre(indicateur.seuil_population or 0)
    return f"trop peu d’habitants pour juger (moins de {seuil})"


def nommer(territoire: Territoire) -> str:
    """Le territoire avec son article, au milieu d'une phrase : « l’agglomération », « la région », « la France »."""
    mots = {
        Maille.EPCI: "l’agglomération",
        Maille.DEPARTEMENT: "le département",
        Maille.REGION: "la région",
        Maille.COMMUNE: territoire.nom,
        Maille.UNITE_URBAINE: "l’unité urbaine",
        Maille.IRIS: f"l’IRIS «{INSECABLE}{territoire.nom_court}{INSECABLE}»",
    }
    if territoire.territoire == "FRM":
        return "la France métropolitaine"
    if territoire.maille is Maille.PAYS:
        return f"la {territoire.nom}"
    if territoire.est_a_soi:
        return f"le regroupement «{INSECABLE}{territoire.nom_court}{INSECABLE}»"
    if territoire.maille is Maille.REGROUPEMENT:
        return f"l’ensemble «{INSECABLE}{territoire.nom_court}{INSECABLE}»"
    return mots.get(territoire.maille, f"«{INSECABLE}{territoire.nom_court}{INSECABLE}»")


def que(territoire: Territoire) -> str:
    """« que l’agglomération », « qu’Houdain » : la comparaison en français."""
    nom = nommer(territoire)
    return f"qu’{nom}" if nom[:1].upper() in "AEIOUÉÈÂÎÔ" else f"que {nom}"


def face_a(territoire: Territoire) -> str:
    """« face à l’agglomération », « face au département »."""
    nom = nommer(territoire)
    return f"face au {nom[3:]}" if nom.startswith("le ") else f"face à {nom}"


def lecture(comparaison: Comparaison, territoire: Territoire, reference: Territoire) -> str:
    """La phrase qui dit ce que montre une comparaison, années comprises.

    « Taux de pauvreté en 2018 : 46,7 %, soit 27,9 points de plus que l’agglomération (18,8 %). »
    """
    indicateur, observation = comparaison.indicateur, comparaison.observation
    debut = (
        f"«{INSECABLE}{territoire.nom_court}{INSECABLE}», {minuscule(indicateur.libelle_court)} "
        f"({periode(observation)}){INSECABLE}: "
    )
    fait = chiffre(observation, indicateur.unite)
    if not observation.a_une_valeur:
        return f"{debut}{fait}."
    texte_ecart = ecart(comparaison)
    if not texte_ecart:
        return f"{debut}{fait}. {capitale(motif_long(comparaison, reference))}."
    assert comparaison.reference is not None
    valeur = chiffre(comparaison.reference, indicateur.unite)
    if comparaison.des_annees_differentes:
        valeur += (
            f" en {periode(comparaison.reference)}"
            if comparaison.reference.annee
            else (f", {periode(comparaison.reference)}")
        )
    if texte_ecart in {"même valeur", "valeur proche"}:
        return f"{debut}{fait}, {texte_ecart} {que(reference)} ({valeur})."
    return f"{debut}{fait}, soit {texte_ecart} {que(reference)} ({valeur})."


def motif_long(comparaison: Comparaison, reference: Territoire) -> str:
    """La raison d'une absence de comparaison, avec le chiffre voisin quand la référence en a un."""
    texte = f"{nommer(reference)}{INSECABLE}: {motif_entier(comparaison)}"
    if comparaison.motif is Motif.INTERVALLE_NON_CONCLUSIF and comparaison.reference is not None:
        texte += f" (référence{INSECABLE}: {chiffre(comparaison.reference, comparaison.indicateur.unite)})"
    return texte


def rang(place: Rang | None, territoire: Territoire) -> str:
    """La place parmi les semblables : « le plus élevé des 3 quartiers connus », « 4e plus faible sur 13 »."""
    if place is None or place.effectif < 2:
        return ""
    parmi = parmi_qui(territoire)
    if place.rang == place.depuis_le_bas == 1:
        return f"même valeur que les autres {parmi}"
    if place.rang == place.depuis_le_bas:
        return f"au milieu des {nombre(place.effectif)} {parmi}"
    haut = place.rang < place.depuis_le_bas
    numero = place.rang if haut else place.depuis_le_bas
    mot = "plus élevé" if haut else "plus faible"
    tete = f"le {mot}" if numero == 1 else f"{ordinal(numero)} {mot}"
    egal = " (ex æquo)" if place.ex_aequo else ""
    return f"{tete}{egal} des {nombre(place.effectif)} {parmi}"


def parmi_qui(territoire: Territoire) -> str:
    """Parmi qui un territoire est rangé, au pluriel : « communes connues de l’agglomération »."""
    if territoire.maille is Maille.QUARTIER:
        statuts = {
            "QPV": "quartiers prioritaires",
            "QIC": "quartiers d’intérêt communautaire",
            "poche de pauvreté": "poches de pauvreté",
            "veille active": "quartiers en veille active",
        }
        connus = "connues" if territoire.statut == "poche de pauvreté" else "connus"
        annee = f" de {territoire.geographie}" if territoire.geographie else ""
        return f"{statuts.get(territoire.statut, 'quartiers')}{annee} {connus}, toutes agglomérations"
    return {
        Maille.IRIS: "IRIS connus de l’agglomération",
        Maille.COMMUNE: "communes connues de l’agglomération",
        Maille.EPCI: "agglomérations connues",
        Maille.DEPARTEMENT: "départements connus",
        Maille.REGION: "régions connues",
        Maille.UNITE_URBAINE: "unités urbaines connues",
    }.get(territoire.maille, "territoires connus")


def lecture_classement(classement: Classement, territoires: list[Territoire]) -> str:
    """La phrase d'un classement : le plus élevé, le plus faible, et combien ne sont pas classés."""
    noms = {t.territoire: t.nom_court for t in territoires}
    unite = classement.indicateur.unite
    n = len(classement.classees)
    if n == 0:
        texte = "Aucun de ces territoires n’a de valeur à classer"
    elif n == 1:
        seule = classement.classees[0]
        texte = f"Une seule valeur connue{INSECABLE}: {noms[seule.territoire]}, {chiffre(seule, unite)}"
    else:
        premiere, derniere = classement.classees[0], classement.classees[-1]
        plus_haut = chiffre(premiere, unite)
        tete = "D’" if plus_haut.startswith("environ") else "De "
        texte = (
            f"{tete}{plus_haut} ({noms[premiere.territoire]}, valeur la plus élevée{_doute(premiere)}) "
            f"à {chiffre(derniere, unite)} ({noms[derniere.territoire]}, la plus faible{_doute(derniere)}), "
            f"{compter(n, 'territoire classé', 'territoires classés')}"
        )
    reste = effectifs(classement)
    return f"{texte}{INSECABLE}; {reste}." if reste else f"{texte}."


def _doute(observation: Observation) -> str:
    return ", chiffre douteux" if observation.douteuse else ""


def profil(profil: Profil) -> str:
    """Comment un profil proche a été trouvé, et à quelle distance est chacun."""
    noms = ", ".join(minuscule(i.libelle_court) for i in profil.indicateurs)
    distances = ", ".join(f"{t.nom_court} ({nombre(100 * d)}{INSECABLE}%)" for t, d in profil.voisins)
    return (
        f"Ceux qui ressemblent le plus à {profil.territoire.nom_court} par leurs habitants, mêmes statut et périmètre"
        f"{INSECABLE}: {noms}. Écart moyen, en part de l’étendue entre le plus faible et le plus élevé des "
        f"{profil.effectif} quartiers connus{INSECABLE}: {distances}."
    )


def effectifs(classement: Classement) -> str:
    """Ce qui n'est pas classé : « 2 secrets, 1 non disponible » ; chaîne vide s'il n'y a rien à dire."""
    morceaux = []
    if n := len(classement.a_part):
        morceaux.append(f"{compter(n, 'seuil ou intervalle', 'seuils ou intervalles')} sans rang")
    if n := len(classement.secretes):
        morceaux.append(f"{compter(n, 'couvert', 'couverts')} par le secret")
    if n := len(classement.absentes):
        morceaux.append(compter(n, "non disponible", "non disponibles"))
    return ", ".join(morceaux)


def provenance(observation: Observation, source: Source) -> str:
    """La source d'un chiffre en une ligne : producteur, titre, ligne du document."""
    ligne = f", l.{INSECABLE}{observation.ligne}" if observation.ligne else ""
    calcul = " (chiffre calculé)" if observation.origine is Origine.CALCULEE else ""
    return f"{source.nom}{ligne}{calcul}"


def typographie(texte: str) -> str:
    """Un texte venu des données, mis au propre : apostrophes, insécables, milliers, exposants « ^{e} » à plat."""
    propre = re.sub(r"\s*\^\{(\w+)\}", r"\1", texte).replace("'", "’")
    propre = re.sub(r"(?<!\d)(\d{1,3}) (?=\d{3}(?!\d))", rf"\1{FINE}", propre)
    return re.sub(r" ([;:!?%€»])", rf"{INSECABLE}\1", propre).replace("« ", f"«{INSECABLE}")


_MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def date_en_lettres(jour: date) -> str:
    """« 1er novembre 2026 »."""
    return f"{'1er' if jour.day == 1 else jour.day} {_MOIS[jour.month - 1]} {jour.year}"
