"""What a visitor takes away: a replay, pictures, an animation, a citation, links. Each is one file here; `tab` shows them."""
