"""Le domaine de l'observatoire : territoires, indicateurs, observations, comparaison.

N'importe jamais streamlit. Les données vont dans un seul sens :
``data/*.csv → construction → DuckDB → entrepot → comparaison, evolution → écrans et publications``.
"""
