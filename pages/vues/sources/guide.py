"""Le guide : une page par personne, cinq minutes, et les mots qu'elle y rencontre, définis par le glossaire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.socle.methode import Terme
from pages.commun.gabarits import rendre
from pages.commun.images import IMAGES


@dataclass(frozen=True)
class Lecteur:
    """Qui lit, à quel moment, ce qu'il fait dans l'ordre — (écran, ce qu'on y fait) —, les mots et les images."""

    qui: str
    moment: str
    etapes: tuple[tuple[str, str, str], ...]
    mots: tuple[str, ...]
    images: tuple[str, ...]


LECTEURS = (
    Lecteur(
        "Élu, élue",
        "Deux minutes, sur un téléphone.",
        (
            ("accueil", "Accueil", "Tapez le nom de votre commune ou d’un quartier, et choisissez-le dans la liste."),
            ("portrait", "Portrait", "Lisez un chiffre par famille : sa valeur, son année, son écart à "
             "l’agglomération. Plus bas : ce qui va mieux, ce qui va moins bien."),
            ("portrait", "Portrait", "« Fiche (PDF) » fait le papier à imprimer."),
        ),
        ("QPV", "Référence", "IPS", "NEET", "Secret statistique"),
        ("accueil", "portrait"),
    ),
    Lecteur(
        "Comité de pilotage",
        "Une heure, projeté, au clavier seul.",
        (
            ("portrait", "Portrait", "Ouvrez le quartier, puis « Projeter en séance »."),
            ("seance", "Séance", "Flèches pour avancer, « G » pour aller à une diapositive, « N » pour noter ce qui "
             "est décidé, « C » pour les quartiers comparables."),
            ("suivi", "Suivi", "Retrouvez les décisions de la dernière séance et ce qu’elles sont devenues."),
        ),
        ("Écart", "Point", "Douteux", "Bande de proximité"),
        ("seance",),
    ),
    Lecteur(
        "Évaluateur, évaluatrice",
        "Une demi-journée, deux écrans.",
        (
            ("comparer", "Comparer", "Un indicateur sur tous les quartiers d’une agglomération, ou le tableau croisé."),
            ("evolution", "Évolution", "Ce qui a bougé entre deux dates, ou pourquoi cela ne peut pas être dit."),
            ("explorer", "Explorer", "Chaque chiffre avec sa source, sa ligne et son passage ; vos filtres s’exportent "
             "et ont une adresse pour Excel."),
            ("sources", "Sources et méthode", "Ce qui est douteux, ce qui manque, ce qui n’a pas été lu."),
        ),
        ("Recoupement", "Filiation", "Intervalle, seuil", "Millésime, édition", "Médiane"),
        ("evolution",),
    ),
    Lecteur(
        "Chargé, chargée de mission",
        "Une fois par trimestre, Excel et un navigateur.",
        (
            ("explorer", "Explorer", "Filtrez sur votre agglomération, et branchez Excel sur « Ces lignes à une "
             "adresse » : « Actualiser tout » les relira."),
            ("portrait", "Portrait", "L’atlas d’une agglomération fait la fiche de tous ses quartiers."),
            ("suivi", "Suivi", "Actions, engagements, programmation : ce que vous tapez s’enregistre à mesure."),
        ),
        ("Filosofi", "RPLS", "Recensement", "Non disponible", "Sans objet"),
        ("explorer",),
    ),
    Lecteur(
        "Partenaire (bailleur, Caf, commune…)",
        "Une fois par an, dix minutes.",
        (
            ("suivi", "Suivi", "Ouvrez votre lien d’invitation : vos engagements y sont. Pour chacun, son état, une "
             "date, un mot de preuve."),
            ("suivi", "Suivi", "Ce que vous écrivez est lu de tous quand l’animateur l’a validé."),
        ),
        ("Contrat de ville", "Logement social", "Allocataire"),
        ("engagements",),
    ),
)  # fmt: skip


def guide(termes: Sequence[Terme]) -> str:
    """Les pages du guide, l'une après l'autre ; chaque mot y a sa définition, celle du glossaire."""
    definis = {terme.terme: terme for terme in termes}
    return str(rendre("guide.html", lecteurs=LECTEURS, definis=definis, images=IMAGES))
