"""Le rapport d'un ajout à l'écran : ce qu'il faut avoir lu avant d'accepter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from indicators.imports.moteur.ajout import Entree
from indicators.imports.moteur.rapport import Ecart, Rapport
from indicators.socle.nombres import nombre, pluriel
from pages.commun.blocs import cadre

_VUS = 200


def bilan(rapport: Rapport) -> str:
    """Ce que l'ajout changerait, en une phrase et en chiffres."""
    lot = rapport.lot
    comptes = [
        (rapport.ajoutees, "valeurs ajoutées"),
        (len(rapport.changees), "valeurs changées"),
        (len(rapport.retirees), "valeurs retirées"),
        (len(lot.nouveaux), "territoires nouveaux"),
        (len(lot.contours), "contours apportés"),
        (rapport.inchangees, "valeurs déjà là"),
        (rapport.secretes, "cases sous secret statistique"),
        (len(lot.introuvables), "territoires laissés, que la base ne connaît pas"),
    ]
    cases = "".join(f"<li><strong>{nombre(n)}</strong> {escape(_accord(mots, n))}</li>" for n, mots in comptes if n)
    titre = "Rien ne changerait" if rapport.est_vide else "Ce qui changerait"
    return cadre(f"<h2>{titre}</h2>", f"<ul>{cases}</ul>")


def _accord(mots: str, n: int) -> str:
    """Le nom et son adjectif au singulier pour un seul : « 1 valeur ajoutée »."""
    return " ".join(pluriel(mot, n) for mot in mots.split(" ")[:2]) + "".join(f" {m}" for m in mots.split(" ")[2:])


def fichiers(rapport: Rapport) -> str:
    """Chaque fichier : son format reconnu, son édition, l'année de ses données et ce qui la prouve."""
    lignes = []
    for lu in rapport.lot.lus:
        annees = [
            f"{lu.releve.groupes[groupe]} : {annee or 'sans année'} ({lu.dates.preuves[groupe]})"
            for groupe, annee in lu.dates.annees.items()
        ]
        annees += [f"{lu.releve.groupes[groupe]} : laissé, année à donner" for groupe in lu.dates.laisses]
        if not annees:
            dites = sorted({chiffre.annee for chiffre in lu.releve.chiffres if chiffre.annee})
            annees = [f"écrite dans le fichier : {', '.join(map(str, dites))}"] if dites else ["aucun chiffre"]
        details = [f"{nombre(lu.releve.lignes)} lignes"]
        if lu.releve.inconnues:
            details.append(f"colonnes inconnues, laissées : {', '.join(lu.releve.inconnues)}")
        if lu.releve.constats:
            details.append(f"{len(lu.releve.constats)} {pluriel('cases illisibles', len(lu.releve.constats))}")
        lignes.append((lu.fichier.nom, lu.releve.titre, " ; ".join(annees), " ; ".join(details)))
    lignes += [(nom, "laissé", "", raison) for nom, raison in rapport.lot.ecartes]
    return cadre("<h2>Fichiers</h2>", _tableau(("fichier", "format reconnu", "année des données", "lecture"), lignes))


def alertes(rapport: Rapport) -> str:
    """Tout ce qui étonne, liste par liste ; chaîne vide si rien n'étonne."""
    entete = ("territoire", "indicateur", "dans la base", "dans le fichier", "à savoir")
    blocs = [
        _repli("Valeurs changées", entete, map(_ligne, rapport.changees), len(rapport.changees)),
        _repli("Désaccords avec une autre source", entete, map(_ligne, rapport.desaccords), len(rapport.desaccords)),
        _repli("Sauts depuis la valeur précédente", entete, map(_ligne, rapport.sauts), len(rapport.sauts)),
        _repli(
            "Valeurs retirées par cette édition",
            ("territoire", "indicateur", "année"),
            ((t, i, str(c.annee or c.millesime or "")) for t, i, c in rapport.retirees),
            len(rapport.retirees),
        ),
        _liste("Valeurs impossibles, laissées", rapport.hors_bornes),
        _liste("Cases qui se contredisent, la première gardée", rapport.doubles),
        _liste("Communes d’un autre EPCI que dans la base, non changées", rapport.lot.liens_contraires),
        _liste("Cases illisibles, laissées", [str(c) for lu in rapport.lot.lus for c in lu.releve.constats]),
    ]
    return cadre("<h2>À regarder avant d’accepter</h2>", *blocs) if any(blocs) else ""


def historique(entrees: Sequence[Entree]) -> str:
    """Le journal des ajouts."""
    lignes = [
        (
            str(entree.numero),
            entree.date[:16].replace("T", " "),
            entree.auteur,
            entree.titre,
            entree.resume,
            "en service" if entree.en_service else "annulé",
        )
        for entree in entrees
    ]
    entete = ("n°", "date", "par", "fichiers", "effet", "état")
    vide = "<p>Aucun ajout : la base n’a que les données embarquées.</p>"
    return cadre("<h2>Journal des ajouts</h2>", _tableau(entete, lignes) if lignes else vide)


def _ligne(ecart: Ecart) -> tuple[str, ...]:
    return ecart.territoire, ecart.indicateur, ecart.ancienne, ecart.nouvelle, ecart.detail


def _liste(titre: str, choses: Sequence[str]) -> str:
    return _repli(titre, ("constat",), ((chose,) for chose in choses), len(choses))


def _repli(titre: str, entete: Sequence[str], lignes: Iterable[Sequence[str]], n: int) -> str:
    if not n:
        return ""
    montrees = [ligne for ligne, _ in zip(lignes, range(_VUS), strict=False)]
    reste = f"<p>… et {nombre(n - _VUS)} autres, dans le rapport à télécharger.</p>" if n > _VUS else ""
    return f"<details><summary>{escape(titre)} ({nombre(n)})</summary>{_tableau(entete, montrees)}{reste}</details>"


def _tableau(entete: Sequence[str], lignes: Iterable[Sequence[str]]) -> str:
    haut = "".join(f'<th scope="col">{escape(mot)}</th>' for mot in entete)
    bas = "".join(
        "<tr>"
        + "".join(f'<td data-nom="{mot}">{escape(c)}</td>' for mot, c in zip(entete, ligne, strict=True))
        + "</tr>"
        for ligne in lignes
    )
    return f'<table class="souple"><thead><tr>{haut}</tr></thead><tbody>{bas}</tbody></table>'
