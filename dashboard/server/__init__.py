"""What the HTTP server does besides running scripts: headers, compression, files that browsers keep.

Here belongs middleware, which knows requests and no visitors. May import Streamlit and `stage`, for the address of the
drawing library that is sent ahead.
"""
