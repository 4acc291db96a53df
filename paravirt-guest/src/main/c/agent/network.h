/*
 * Brings up the network interfaces that the domain has: what Lodge's back end
 * tells in the front end's directory of xenstore is entered, so that nothing
 * has to be asked for over the network.
 *
 *   mtu                longest packet
 *   lodge-address      10.0.2.15/24
 *   lodge-gateway      10.0.2.2
 *   lodge-nameserver   10.0.2.3, for a root without /etc/resolv.conf
 */
#ifndef LODGE_NETWORK_H
#define LODGE_NETWORK_H

/* After the front end's module is loaded. Reports what fails by calling report(interface, what, errno). */
void network_up(void (*report)(const char *interface, const char *what, int error));

#endif
