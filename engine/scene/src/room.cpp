// placeholder so that the room has a source until its first file lands
