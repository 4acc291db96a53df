/**
 * Virtual CPUs: what CPUID tells them, how they start, the loop that runs each in a thread of its own and hands what it
 * asks for to ports, MSRs and hypercalls. Not what a domain is made of, nor how one ends.
 */
@NullMarked
package dev.lodge.vmm.vcpu;

import org.jspecify.annotations.NullMarked;
