"""Hauban : les piliers et les thèmes, et ce que l'on sait d'un quartier, recompté sur la base."""

from __future__ import annotations

from ecrans import ouvrir, texte

from indicators.analyse.hauban import code_du_pilier, connaissance, entrees


def test_chaque_indicateur_est_dans_un_pilier_et_un_theme(vraie):
    toutes = entrees(vraie.catalogue)
    piliers = [e for e in toutes.values() if not e.theme]
    assert [e.libelle for e in piliers] == list(
        dict.fromkeys(i.pilier for i in vraie.catalogue.indicateurs.values() if i.pilier)
    )
    for indicateur in vraie.catalogue.indicateurs.values():
        assert indicateur.indicateur in toutes[indicateur.theme].indicateurs
        if indicateur.pilier:
            assert indicateur.indicateur in toutes[code_du_pilier(indicateur.pilier)].indicateurs


def test_ce_que_l_on_sait_d_un_quartier(vraie):
    semblables = [t.territoire for t in vraie.territoires() if (t.maille, t.geographie) == ("quartier", 2015)]
    possibles = {c for c in vraie.indicateurs_connus(semblables) if not vraie.catalogue.indicateurs[c].evolution_de}
    rimbert = next(
        t for t in vraie.fiche("EPCI200072460").quartiers if t.nom_court == "Rimbert" and t.geographie == 2015
    )
    siens = {o.indicateur for o in vraie.observations([rimbert.territoire]) if o.a_une_valeur} & possibles
    piliers = connaissance(vraie, rimbert)
    assert {i.indicateur for p in piliers for i in p.connus} == siens
    assert {i.indicateur for p in piliers for i in p.manquants} == possibles - siens


def test_le_portrait_les_compte_et_les_sources_s_ouvrent_par_pilier():
    assert "Ce que l’on en sait, par pilier" in texte(ouvrir("portrait", territoire="QP059050"))
    essai = ouvrir("sources", rubrique="indicateurs", theme_fiche="cadre-de-vie-et-renouvellement-urbain")
    assert "Mobilité" in texte(essai)
    assert "Revenus et pauvreté" not in texte(essai)


def test_cent_indicateurs_sont_connus_de_chaque_quartier_des_trois_agglomerations(vraie):
    """Recompté sur les chiffres : un secret, une case vide ou une variation imprimée n'en est pas un de plus."""
    quartiers = {
        q.territoire
        for epci in ("EPCI200072460", "EPCI246200364", "EPCI200042190")
        for q in vraie.fiche(epci).quartiers
        if (q.geographie, q.statut) == (2015, "QPV")
    }
    connus: dict[str, set[str]] = {q: set() for q in quartiers}
    for o in vraie.observations(sorted(quartiers)):
        if o.a_une_valeur and not vraie.catalogue.indicateurs[o.indicateur].evolution_de:
            connus[o.territoire].add(o.indicateur)
    assert len(quartiers) == 16 + 21 + 13 - 1 + 1, "un quartier a deux contrats, un autre celui d’Hénin-Carvin"
    assert {q: len(codes) for q, codes in connus.items() if len(codes) < 100} == {}
    for q in quartiers:
        piliers = connaissance(vraie, vraie.territoire(q))
        assert sum(len(p.connus) for p in piliers) == len(connus[q])


def test_explorer_s_ouvre_par_pilier():
    essai = ouvrir("explorer", pilier="Cadre de vie et renouvellement urbain", territoire="QP062011")
    assert "Pilier : Cadre de vie et renouvellement urbain" in texte(essai)
