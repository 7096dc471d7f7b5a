"""Les fichiers que l'on apporte : un module par format, qui lit des octets et dit tout ce qu'il a vu."""
