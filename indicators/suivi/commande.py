"""`python -m indicators suivi …` : commencer un suivi, donner et fermer des liens, sauvegarder, restaurer, exporter."""

from __future__ import annotations

import argparse
import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL

from indicators.analyse.contrats import contrats, documents
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer
from indicators.base.engagements import engagements as engagements_de
from indicators.base.engagements import indicateurs_evaluation
from indicators.donnees.dictionnaire import option_donnees
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.interruption import d_un_geste
from indicators.socle.sortie import ecrire, verifier
from indicators.socle.territoires import cle_de_recherche
from indicators.suivi import acces, demonstration, export, sauvegarde
from indicators.suivi.auteurs import Role
from indicators.suivi.magasin import NOM, VARIABLE, Magasin, adresse_du_magasin
from indicators.suivi.refus import ErreurSuivi
from indicators.suivi.seances import Chiffre

_MAX_LU = 1_000_000_000


def declarer(commandes: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Ajoute la commande `suivi` à l'analyseur."""
    suivi = commandes.add_parser(
        "suivi", help="le suivi : ce que les gens écrivent (engagements, décisions, évaluation…)"
    )
    gestes = suivi.add_subparsers(dest="geste", required=True)

    initialiser = gestes.add_parser("initialiser", help="commence un suivi, et donne le lien de son animateur")
    initialiser.add_argument("--organisation", default="observatoire", help="qui anime le suivi")
    initialiser.add_argument("--fonction", default="animation du suivi")
    initialiser.set_defaults(executer=_initialiser)

    inviter = gestes.add_parser("inviter", help="donne un lien à une fonction d'une organisation")
    inviter.add_argument("--role", type=Role, choices=list(Role), required=True)
    inviter.add_argument("--organisation", required=True)
    inviter.add_argument("--fonction", required=True, help="jamais le nom d'une personne")
    inviter.add_argument(
        "--partenaire", action="append", default=[], help="dont le lien écrit les engagements (défaut : l'organisation)"
    )
    inviter.add_argument("--jours", type=int, default=acces.VALIDITE.days, help="durée du lien (défaut : %(default)s)")
    inviter.set_defaults(executer=_inviter)

    revoquer = gestes.add_parser("revoquer", help="ferme un lien, à l'instant ; sans numéro, la liste des liens donnés")
    revoquer.add_argument("numero", nargs="?", type=int)
    revoquer.set_defaults(executer=_revoquer)

    for nom, suffixe, aide, geste in (
        ("sauvegarder", "zip", "écrit tout le suivi dans une archive", _sauvegarder),
        ("exporter", "xlsx", "écrit le suivi dans un classeur, cohortes masquées", _exporter),
    ):
        commande = gestes.add_parser(nom, help=aide)
        commande.add_argument("sortie", type=Path, help=f"fichier .{suffixe}")
        commande.set_defaults(executer=geste)

    restaurer = gestes.add_parser("restaurer", help="remet le suivi dans l'état d'une sauvegarde")
    restaurer.add_argument("archive", type=Path)
    restaurer.add_argument("--remplacer", action="store_true", help="même si le suivi contient déjà quelque chose")
    restaurer.set_defaults(executer=_restaurer)

    demo = gestes.add_parser("demonstration", help="fait un suivi inventé, dans un dossier à part")
    demo.add_argument("dossier", type=Path, help="un dossier de données locales où il n'y a pas de suivi")
    demo.set_defaults(executer=_demonstration)
    for commande in (inviter, demo):
        option_donnees(commande, DOSSIER_DONNEES)


def _initialiser(options: argparse.Namespace) -> int:
    magasin = Magasin.ouvrir()
    try:
        animateurs = [i for i in acces.invitations(magasin) if i.role is Role.ANIMATEUR and i.vaut(magasin.horloge())]
        if animateurs:
            print(f"Le suivi est déjà commencé ({_ou(magasin)}) ; lien d'animateur n° {animateurs[0].id} en service.")
            return 0
        invitation, jeton = acces.inviter(magasin, Role.ANIMATEUR, options.organisation, options.fonction)
        print(f"Suivi commencé : {_ou(magasin)}.")
        _dire(invitation, jeton)
        return 0
    finally:
        magasin.fermer()


def _inviter(options: argparse.Namespace) -> int:
    codes: list[str] = []
    if options.role is Role.PARTENAIRE:
        codes = _partenaires(options.partenaire or [options.organisation], options.donnees)
    magasin = _commence()
    try:
        invitation, jeton = acces.inviter(
            magasin, options.role, options.organisation, options.fonction, codes, timedelta(days=options.jours)
        )
        _dire(invitation, jeton)
        return 0
    finally:
        magasin.fermer()


def _partenaires(noms: list[str], donnees: Path) -> list[str]:
    """Les codes des partenaires nommés ; lève `ErreurSuivi` avec la liste de ceux qui ont des engagements."""
    base = Base(assurer(donnees).chemin)
    try:
        connus = {e.partenaire_code: e.partenaire for e in engagements_de(base)}
    finally:
        base.fermer()
    codes = [cle_de_recherche(nom).replace(" ", "-") for nom in noms]
    for nom, code in zip(noms, codes, strict=True):
        if code not in connus:
            liste = "\n".join(f"  - {libelle}" for libelle in sorted(connus.values(), key=cle_de_recherche))
            raise ErreurSuivi(f"Aucun engagement n'est pris par « {nom} ». Précisez --partenaire, parmi :\n{liste}")
    return codes


def _dire(invitation: acces.Invitation, jeton: str) -> None:
    print(
        f"Lien n° {invitation.id} ({invitation.role.value} : {invitation.fonction}, {invitation.organisation}), "
        f"valable jusqu'au {invitation.expire:%d/%m/%Y} :\n"
        f"  /suivi?invitation={jeton}\n"
        "Ajoutez devant l'adresse de l'observatoire. Le lien n'est gardé nulle part : il ne sera pas redonné. "
        f"Pour le fermer : python -m indicators suivi revoquer {invitation.id}"
    )


def _revoquer(options: argparse.Namespace) -> int:
    magasin = _commence()
    try:
        if options.numero is not None:
            invitation = acces.revoquer(magasin, options.numero)
            print(f"Lien n° {invitation.id} fermé ({invitation.fonction}, {invitation.organisation}).")
            return 0
        maintenant = magasin.horloge()
        for i in acces.invitations(magasin):
            etat = "en service" if i.vaut(maintenant) else "fermé" if i.revoquee else "expiré"
            print(
                f"{i.id:>4}  {i.role.value:<10} {etat:<11} jusqu'au {i.expire:%d/%m/%Y}  {i.fonction}, {i.organisation}"
            )
        return 0
    finally:
        magasin.fermer()


def _sauvegarder(options: argparse.Namespace) -> int:
    verifier(options.sortie, ("zip",))
    magasin = _commence()
    try:
        comptes = sauvegarde.sauvegarder(magasin, options.sortie)
    finally:
        magasin.fermer()
    lignes = sum(comptes.values())
    print(f"Suivi sauvegardé : {options.sortie} ({lignes} lignes). Les effectifs n'y sont pas masqués : gardez-le.")
    return 0


def _exporter(options: argparse.Namespace) -> int:
    verifier(options.sortie, ("xlsx",))
    magasin = _commence()
    try:
        ecrire(options.sortie, export.classeur_du_suivi(magasin), ("xlsx",))
    finally:
        magasin.fermer()
    print(f"Suivi exporté : {options.sortie}")
    return 0


def _restaurer(options: argparse.Namespace) -> int:
    try:
        with options.archive.open("rb") as entree:
            octets = entree.read(_MAX_LU + 1)
    except OSError as erreur:
        raise ErreurSuivi(f"« {options.archive} » ne peut pas être lu ({erreur.strerror}).") from erreur
    if len(octets) > _MAX_LU:
        raise ErreurSuivi(f"« {options.archive} » pèse plus que les {_MAX_LU // 1_000_000} Mo admis.")
    magasin = _ouvrir_meme_abime(options.remplacer)
    try:
        comptes = sauvegarde.restaurer(magasin, octets, remplacer=options.remplacer)
        print(f"Suivi restauré : {_ou(magasin)} ({sum(comptes.values())} lignes).")
        return 0
    finally:
        magasin.fermer()


def _ouvrir_meme_abime(remplacer: bool) -> Magasin:
    """Un fichier abîmé est mis de côté, jamais effacé, quand on demande de le remplacer."""
    try:
        return Magasin.ouvrir()
    except ErreurObservatoire:
        adresse = adresse_du_magasin()
        fichier = Path(adresse.database or "")
        if not remplacer or adresse.get_backend_name() != "sqlite" or not fichier.is_file():
            raise
        with d_un_geste(f"le fichier abîmé est mis de côté, « {fichier.name}.abime »"):
            for suffixe in ("", "-wal", "-shm"):
                ancien = fichier.with_name(fichier.name + suffixe)
                if ancien.exists():
                    os.replace(ancien, fichier.with_name(f"{fichier.name}.abime{suffixe}"))
        print(f"Le fichier du suivi est mis de côté : « {fichier.name}.abime ».")
        return Magasin.ouvrir()


def _demonstration(options: argparse.Namespace) -> int:
    adresse = URL.create("sqlite", database=str(options.dossier / NOM))
    if Magasin.existe(adresse):
        raise ErreurSuivi(f"« {options.dossier} » contient déjà un suivi : donnez un autre dossier à la démonstration.")
    base = Base(assurer(options.donnees).chemin)
    try:
        pris = engagements_de(base)
        evalues = indicateurs_evaluation(base)
        agglomeration = base.agglomerations()[0].territoire
        de_qui = contrats(base, pris).get(documents(base)[evalues[0].source]) if evalues else None
        quartiers = [q.territoire for q in base.fiche(agglomeration).quartiers if q.geographie == 2015]
        commune = base.fiche(quartiers[0]).communes[0].territoire
        indicateurs = [i.indicateur for i in base.catalogue.cles()][:6]
        montres = _anciens(base, agglomeration)
    finally:
        base.fermer()
    magasin = Magasin.ouvrir(adresse)
    try:
        demonstration.remplir(
            magasin, pris, [i.id for i in evalues], agglomeration, commune, quartiers, indicateurs,
            evaluee=de_qui.territoire if de_qui else "", montres=montres,
        )  # fmt: skip
        print(f"Démonstration faite : {_ou(magasin)}. Pour la montrer : OBSERVATOIRE_DONNEES_LOCALES={options.dossier}")
        invitation, jeton = acces.inviter(magasin, Role.ANIMATEUR, "démonstration", "animation du suivi")
        _dire(invitation, jeton)
        return 0
    finally:
        magasin.fermer()


def _anciens(base: Base, agglomeration: str) -> list[Chiffre]:
    """Ses chiffres clés d'avant le dernier : ce qu'une séance d'alors a pu montrer."""
    montres = []
    for indicateur in base.catalogue.cles():
        connus = base.observations([agglomeration], [indicateur.indicateur])
        dates = {o.annee: o for o in connus if o.valeur is not None and o.annee is not None and not o.douteuse}
        if len(dates) > 1:
            annee = sorted(dates)[-2]
            montres.append(Chiffre(agglomeration, indicateur.indicateur, str(annee), dates[annee].valeur))
    return montres


def _commence() -> Magasin:
    if not Magasin.existe():
        raise ErreurSuivi("Aucun suivi n'est commencé. Commencez-en un : python -m indicators suivi initialiser")
    return Magasin.ouvrir()


def _ou(magasin: Magasin) -> str:
    fichier = magasin.fichier
    return f"fichier « {fichier} »" if fichier else f"base PostgreSQL « {magasin.moteur.url.database} » ({VARIABLE})"
