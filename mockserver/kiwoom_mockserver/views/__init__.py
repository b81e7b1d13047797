"""Views: the values of one thing of the world (price, order book, order, holding), named as the wire names them."""
