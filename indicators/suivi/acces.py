"""Les liens d'invitation : les donner, les reconnaître, les révoquer, et freiner qui en essaie au hasard.

Un jeton n'est gardé nulle part, seulement son empreinte : il a 256 bits de hasard, une empreinte simple suffit. Le
frein est dans le magasin : ni un autre navigateur, ni un redémarrage, ni un essai réussi ne le remettent à zéro. C'est
une attente qui grandit, jamais un verrou : par adresse (une minute au plus), et au total (cinq secondes au plus, pour
qu'une attaque de partout ralentisse sans fermer la porte aux autres).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from indicators.suivi import saisie
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import ErreurSuivi, TropDEssais
from indicators.suivi.tables import FREINS, INVITATIONS, REGLAGES

VALIDITE = timedelta(days=400)
"""Durée d'un lien, si rien d'autre n'est dit : d'une revue annuelle à la suivante."""
OUBLI = timedelta(hours=1)
"""Sans nouvel échec pendant ce temps, un frein se desserre."""
_PAR_ADRESSE, _AU_TOTAL = (4, 60.0), (40, 5.0)
"""Échecs admis sans attendre, puis attente la plus longue, en secondes."""
_FREINS_MAX = 5_000
_TOTAL = "total"


@dataclass(frozen=True)
class Invitation:
    """Un lien donné ; `revoquee` : null s'il vaut encore."""

    id: int
    role: Role
    organisation: str
    fonction: str
    partenaires: tuple[str, ...]
    creee: datetime
    expire: datetime
    revoquee: datetime | None

    def vaut(self, moment: datetime) -> bool:
        """Vrai si le lien ouvre encore."""
        return self.revoquee is None and moment < self.expire


def inviter(
    magasin: Magasin,
    role: Role,
    organisation: str,
    fonction: str,
    partenaires: Iterable[str] = (),
    validite: timedelta = VALIDITE,
) -> tuple[Invitation, str]:
    """Donne un lien : rend l'invitation et son jeton, que rien ne permet de retrouver ensuite.

    `partenaires` : les codes de ceux dont ce lien écrit les engagements ; au moins un pour un partenaire.
    """
    organisation = saisie.texte(organisation, "organisation", obligatoire=True)
    fonction = saisie.fonction(fonction)
    codes = saisie.liste(partenaires, "partenaires", 50)
    if role is Role.PARTENAIRE and not codes:
        raise ErreurSuivi(f"Un lien de partenaire dit quels engagements il écrit : aucun n’est à « {organisation} ».")
    if not timedelta(0) < validite <= timedelta(days=3650):
        raise ErreurSuivi(f"Un lien vaut de un jour à dix ans ; reçu : {validite.days} jours.")
    jeton = secrets.token_urlsafe(32)
    with magasin.transaction() as cx:
        moment = magasin.horloge()
        resultat = cx.execute(
            insert(INVITATIONS).values(
                empreinte=_empreinte(jeton), role=role.value, organisation=organisation, fonction=fonction,
                partenaires=codes, creee=moment, expire=moment + validite, revoquee=None,
            )
        )  # fmt: skip
        numero = resultat.inserted_primary_key[0] if resultat.inserted_primary_key else 0
        ligne = cx.execute(select(INVITATIONS).where(INVITATIONS.c.id == numero)).one()
    return _invitation(ligne), jeton


def invitations(magasin: Magasin) -> list[Invitation]:
    """Tous les liens donnés, les plus récents d'abord."""
    with magasin.lecture() as cx:
        return [_invitation(ligne) for ligne in cx.execute(select(INVITATIONS).order_by(INVITATIONS.c.id.desc()))]


def revoquer(magasin: Magasin, numero: int) -> Invitation:
    """Ferme un lien, à l'instant : même une personne déjà entrée n'écrit plus. Lève `ErreurSuivi` s'il n'existe pas."""
    with magasin.transaction() as cx:
        ligne = cx.execute(select(INVITATIONS).where(INVITATIONS.c.id == numero)).first()
        if ligne is None:
            connus = cx.execute(select(INVITATIONS.c.id).order_by(INVITATIONS.c.id)).scalars().all()
            dits = ", ".join(map(str, connus)) or "aucun"
            raise ErreurSuivi(f"Aucun lien ne porte le numéro {numero}. Liens donnés : {dits}.")
        if ligne.revoquee is None:
            cx.execute(update(INVITATIONS).where(INVITATIONS.c.id == numero).values(revoquee=magasin.horloge()))
        return _invitation(cx.execute(select(INVITATIONS).where(INVITATIONS.c.id == numero)).one())


def reconnaitre(magasin: Magasin, jeton: str, adresse: str) -> Auteur:
    """Qui tient ce lien. Lève `TropDEssais` pendant l'attente, `ErreurSuivi` si le lien n'ouvre rien.

    `adresse` : celle d'où vient l'essai ; seule une empreinte salée en est gardée, une heure. Un essai fait pendant
    l'attente n'est pas examiné : le jeton n'est pas regardé, et l'attente ne s'allonge pas.
    """
    with magasin.transaction() as cx:
        moment = magasin.horloge()
        cles = (_cle_d_adresse(cx, adresse), _TOTAL)
        # La ligne du total existe toujours et se verrouille d'abord : les essais simultanés passent un par un.
        _assurer(cx, _TOTAL, moment)
        etats = {f.cle: f for f in cx.execute(select(FREINS).where(FREINS.c.cle.in_(cles)).with_for_update())}
        attente = max(
            _reste(etats.get(cles[0]), moment, *_PAR_ADRESSE),
            _reste(etats.get(cles[1]), moment, *_AU_TOTAL),
        )
        if attente > 0:
            raise TropDEssais(attente)
        ligne = None
        if 20 <= len(jeton) <= 100:
            ligne = cx.execute(select(INVITATIONS).where(INVITATIONS.c.empreinte == _empreinte(jeton))).first()
        if ligne is None:
            _compter_l_echec(cx, cles, moment)
    # Hors de la transaction : l'échec compté doit rester compté.
    if ligne is None:
        raise ErreurSuivi("Ce lien n’est pas reconnu : vérifiez qu’il est entier, ou demandez-en un autre.")
    invitation = _invitation(ligne)
    if invitation.revoquee is not None:
        raise ErreurSuivi("Ce lien a été fermé. Demandez-en un autre à l’animateur du suivi.")
    if moment >= invitation.expire:
        raise ErreurSuivi(
            f"Ce lien a expiré le {invitation.expire:%d/%m/%Y}. Demandez-en un autre à l’animateur du suivi."
        )
    return Auteur(
        invitation.role, invitation.fonction, invitation.organisation, frozenset(invitation.partenaires), invitation.id
    )


def _empreinte(jeton: str) -> str:
    return hashlib.sha256(jeton.encode(errors="replace")).hexdigest()


def _invitation(ligne: Row[Any]) -> Invitation:
    return Invitation(
        ligne.id, Role(ligne.role), ligne.organisation, ligne.fonction, tuple(ligne.partenaires), ligne.creee,
        ligne.expire, ligne.revoquee,
    )  # fmt: skip


def _cle_d_adresse(cx: Connection, adresse: str) -> str:
    sel = cx.execute(select(REGLAGES.c.valeur).where(REGLAGES.c.cle == "sel")).scalar()
    if sel is None:
        _inserer(cx, REGLAGES, {"cle": "sel", "valeur": secrets.token_hex(16)}, "cle")
        sel = cx.execute(select(REGLAGES.c.valeur).where(REGLAGES.c.cle == "sel")).scalar_one()
    return hashlib.sha256(f"{sel}|{adresse}".encode(errors="replace")).hexdigest()


def _assurer(cx: Connection, cle: str, moment: datetime) -> None:
    _inserer(cx, FREINS, {"cle": cle, "echecs": 0, "dernier": moment}, "cle")


def _inserer(cx: Connection, table: Any, ligne: dict[str, Any], cle: str) -> None:
    dialecte = postgresql if cx.dialect.name == "postgresql" else sqlite
    cx.execute(dialecte.insert(table).values(**ligne).on_conflict_do_nothing(index_elements=[cle]))


def _reste(frein: Row[Any] | None, moment: datetime, admis: int, plafond: float) -> float:
    """Secondes à attendre encore : 1, 2, 4… après les échecs admis, jusqu'au plafond ; plus rien après l'oubli."""
    if frein is None or frein.echecs < admis or moment - frein.dernier >= OUBLI:
        return 0.0
    attente: float = min(plafond, 2.0 ** min(frein.echecs - admis, 30))
    return float(attente - max(0.0, (moment - frein.dernier).total_seconds()))


def _compter_l_echec(cx: Connection, cles: tuple[str, str], moment: datetime) -> None:
    cx.execute(delete(FREINS).where(FREINS.c.dernier < moment - OUBLI, FREINS.c.cle != _TOTAL))
    nombre = cx.execute(select(func.count()).select_from(FREINS)).scalar_one()
    for cle in cles:
        if cle != _TOTAL and nombre >= _FREINS_MAX:
            continue  # une foule d'adresses ne remplit pas le magasin : le frein du total tient seul
        _assurer(cx, cle, moment)
        frein = cx.execute(select(FREINS).where(FREINS.c.cle == cle)).one()
        echecs = 1 if moment - frein.dernier >= OUBLI else frein.echecs + 1
        cx.execute(update(FREINS).where(FREINS.c.cle == cle).values(echecs=echecs, dernier=moment))
