"""DHCPv6, RFC 9915: the client, the server, the relay agent, and what is done with prefixes.

| file | subject |
|---|---|
| `duid` | who a client or a server is |
| `exchange` | sending a message until it is answered: the one table of RFC 9915 section 7.6 |
| `client` | a dialogue on one interface; its state machine is a table |
| `bindings` | which address or prefix a server gave to whom |
| `server` | what a server answers, configured by Kea's JSON (`ipv6course.network.kea`) |
| `relay` | Relay-forward and Relay-reply, and the routes to delegated prefixes |
| `delegation` | a customer's router: a delegated prefix becomes subnets |

Reconfigure (section 18.2.11) is not done: a client must discard one that is not authenticated, and
no key is exchanged here. So a Reconfigure that arrives is dropped, as the RFC asks for.
"""
