"""Une action suivie, sur une page."""

from __future__ import annotations

from datetime import date

from indicators.analyse.portrait import Portrait
from indicators.publications.composition import date_en_lettres
from indicators.recit import phrases
from indicators.socle.nombres import INSECABLE
from indicators.suivi.actions import MOTS, MOTS_ETAPES, Action
from indicators.suivi.documents.ecrit import A_COMPLETER, Ecrit, Rubrique


def action(a: Action, vue: Portrait, theme: str, jour: date) -> Ecrit:
    """La page d'une action ; `vue` : le portrait de son territoire, d'où viennent ses indicateurs."""
    s = a.saisie
    par_code = {x.indicateur.indicateur: x for x in vue.lignes}
    chiffres = tuple(
        f"{x.indicateur.libelle}{INSECABLE}: {phrases.chiffre(x.chiffre, x.indicateur.unite)} "
        f"({phrases.date_complete(x.chiffre)}){', douteux' if x.chiffre.douteuse else ''}."
        for c in s.indicateurs
        if (x := par_code.get(c)) is not None and x.chiffre is not None
    )
    etapes = tuple(
        (
            e.libelle,
            f"{e.echeance:%d/%m/%Y}" if e.echeance else "sans échéance",
            MOTS_ETAPES[e.etat] + (", en retard" if e.en_retard(jour) else ""),
        )
        for e in a.etapes
    )
    points = tuple((f"{p.jour:%d/%m/%Y}", MOTS[p.etat], p.commentaire) for p in reversed(a.points))
    return Ecrit(
        s.titre,
        " · ".join(filter(None, (theme, vue.territoire.nom, s.charge))),
        (
            Rubrique("Objectif", tuple(s.objectif.split("\n")) if s.objectif else (A_COMPLETER,)),
            Rubrique("Public", tuple(s.public.split("\n")) if s.public else (A_COMPLETER,)),
            Rubrique("Indicateurs", () if chiffres else (A_COMPLETER,), points=chiffres),
            Rubrique(
                "Étapes", () if etapes else (A_COMPLETER,), entetes=("Étape", "Échéance", "État") if etapes else (),
                lignes=etapes, largeurs=(6, 2, 3),
            ),
            Rubrique(
                "À chaque comité", () if points else (A_COMPLETER,),
                entetes=("Date", "État", "Commentaire") if points else (), lignes=points, largeurs=(2, 2, 7),
            ),
        ),
        f"Observatoire des quartiers. Édité le {date_en_lettres(jour)}.",
    )  # fmt: skip
