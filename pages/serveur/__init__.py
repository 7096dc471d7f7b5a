"""Autour de Streamlit : intergiciels, fichiers servis, porte réservée, allure des liaisons."""
