"""Comment se lit chaque sorte de dessin : un texte par sorte, le même sous le dessin et dans le guide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Lecture:
    """Le nom d'une sorte de dessin, et comment la lire, en trois phrases au plus."""

    nom: str
    texte: str


LECTURES: Mapping[str, Lecture] = {
    "bande": Lecture(
        "La bande d’un chiffre",
        "Le trait clair va de la plus faible à la plus forte valeur des semblables ; la boîte en contient la moitié "
        "centrale ; la marque pleine est le territoire (losange : défavorable, rond : favorable, carré : sans "
        "jugement), chaque trait vertical une référence. Sous huit semblables, ils sont montrés un à un, en ronds "
        "ouverts.",
    ),
    "courbe": Lecture(
        "La petite courbe",
        "Les années connues, dans l’ordre ; le gros point est le chiffre écrit au-dessus. Le trait s’interrompt à "
        "chaque rupture : avant et après, on ne mesure plus la même chose, et rien ne passe de l’une à l’autre. Un "
        "point creux est d’un autre calcul, ou d’une année qui ne se compare pas encore.",
    ),
    "classement": Lecture(
        "Le classement",
        "Un point par territoire, du plus élevé en haut au plus faible en bas ; chaque trait pointillé est une "
        "référence. Losange : défavorable ; rond : tout le reste ; symbole creux : chiffre douteux. Une barre est un "
        "intervalle : la valeur est quelque part dedans.",
    ),
    "essaim": Lecture(
        "L’essaim",
        "Un point par territoire, de la plus faible valeur à gauche à la plus forte à droite. La hauteur ne dit rien "
        ": elle écarte les points qui se cacheraient. Le losange nommé est le territoire choisi, chaque trait "
        "pointillé une référence.",
    ),
    "nuage": Lecture(
        "Deux indicateurs",
        "Un point par territoire : plus il est à droite, plus le premier indicateur est élevé ; plus il est haut, "
        "plus le second l’est. Des points en biais disent que les deux vont ensemble, jamais que l’un cause l’autre.",
    ),
    "croise": Lecture(
        "Le tableau croisé",
        "Une ligne par territoire, une colonne par indicateur ; les références d’abord. Le signe dit le jugement, la "
        "teinte le redit et fonce aux deux bouts de la colonne. Chaque colonne se lit seule : les unités diffèrent.",
    ),
    "carte": Lecture(
        "La carte",
        "Chaque lieu porte la teinte et la forme de sa classe ; la légende dit de quelle valeur à quelle valeur, et "
        "combien de lieux. Une trame, hachures ou points, n’est pas une valeur : secret, absent, douteux, la légende "
        "dit laquelle. Un grand territoire ne compte pas plus qu’un petit.",
    ),
    "evolution": Lecture(
        "La courbe",
        "Le trait épais est le territoire, les autres ses références ; un point par année connue. Elle s’interrompt à"
        " chaque rupture et à chaque année absente : rien n’y est deviné. Symbole creux : valeur calculée ou "
        "douteuse.",
    ),
    "groupe": Lecture(
        "Le tableau d’un groupe",
        "Une ligne par territoire, une colonne par année. La petite courbe est à la même échelle pour tous : deux "
        "lignes se comparent d’un coup d’œil ; le trait gris est la médiane du groupe. Un pointillé entre deux "
        "colonnes est une rupture : on ne lit pas à travers.",
    ),
    "chaleur": Lecture(
        "Le tableau de chaleur",
        "Chaque note situe le territoire parmi les autres du groupe, de 0 (le moins de besoin) à 100 (le plus) ; plus"
        " la case est foncée, plus le besoin est fort. Le mot et le nombre disent la même chose que la teinte. La "
        "note ne se compare pas d’un groupe à l’autre.",
    ),
    "barres": Lecture(
        "Les barres",
        "Une barre par territoire, à la même échelle, la valeur au bout. La barre pleine est le territoire, les "
        "autres ses semblables et ses références. Qui n’a pas de barre n’a pas de chiffre : c’est écrit dessous.",
    ),
    "etats": Lecture(
        "Les barres empilées",
        "Une barre par ligne, coupée selon les états de la légende, dans leur ordre ; sa longueur est le nombre, "
        "écrit dans chaque part. Un effectif masqué n’est pas dessiné : il est dit en mots.",
    ),
    "besoins": Lecture(
        "Besoins et crédits",
        "À gauche le besoin du quartier, à droite l’argent par habitant, chacun à son échelle : le trait va de ce qui"
        " est sûr (crédits pour lui seul) à ce qui est possible (avec les crédits partagés). Une longue barre face à "
        "une courte se discute ; elle ne dit pas seule que la répartition est juste.",
    ),
    "vagues": Lecture(
        "La courbe d’un suivi",
        "Un point par date relevée, dans l’ordre. Une date sans point est masquée ou absente : rien ne l’enjambe. Un "
        "rond creux est un chiffre douteux.",
    ),
}
"""Par sorte de dessin ; le guide les montre toutes, dans cet ordre."""
