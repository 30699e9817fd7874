"""The general-ability control: arithmetic, reading, instructions, generated from a seed.

No item speaks of what somebody knows, wants or feels, so a model that social training has hurt
elsewhere shows it here. `draws` says what an item is drawn from, and why options tell nothing.
"""
