"""From one span to a detector, with a scripted annotator in the place of a person."""
