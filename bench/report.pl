#!/usr/bin/perl
# Makes the table, and results.json, of the lines that tools/bench has collected.
#   report.pl RESULTS JSON [FIGURES OF A REAL XEN]
# A line is WHERE NAME VALUES; WHERE is "here", or the path of hypercalls in the lab: "kvm", "patched".
use strict;
use warnings;

my ($results, $json, $xen) = @ARGV;
my (%values, %xen);
my $where;
sub note { my ($name, $value) = @_; push @{$values{"$where-$name"}}, $value if defined $value }

# What each request costs, of two runs with different numbers of them.
my %spans;
sub note_span {
	my ($name, $requests, $total) = @_;
	my $before = delete $spans{$name};
	return $spans{$name} = [$requests, $total] unless $before;
	note("$name-per-request", ($total - $before->[1]) / ($requests - $before->[0]));
}

open(my $in, '<', $results) or die "$results: $!\n";
while (<$in>) {
	s/^(here|kvm|patched) // or next;
	$where = $1;
	if (/^(floor|lodge)-start elapsed (\S+) worked (\S+) resident (\d+) own (\d+) mark (?:\{(\S+) (\d+)\})?/) {
		note("$1-start-elapsed-ms", $2);
		note("$1-start-worked-ms", $3);
		note("$1-own-mib", $5 / 1024);
		note("$1-reset-to-init-ms", $6 * 1000) if defined $6;
		note("$1-exits", $7);
	} elsif (/^lodge-stats (.*)/) {
		my $stats = $1;
		note('lodge-exits', $1) if $stats =~ /"counts_at_init":\{"exits_total":(\d+)/;
		note('run-init-ms', $1) if $stats =~ /"init":([\d.]+)/;
		note('run-first-instruction-ms', $1) if $stats =~ /"firstinstruction":([\d.]+)/;
		note('run-vm-created-ms', $1) if $stats =~ /"vmcreated":([\d.]+)/;
		note('run-own-mib', $1 / 1048576) if $stats =~ /"resident_without_guest":(\d+)/;
	} elsif (/^(\w+)-(exit|hypercall) .*?(\d+) ns\/exit/ || /^(\w+)-(exit|hypercall) ns-per-exit (\d+)/) {
		note("$1-$2-ns", $3);
	} elsif (/^guest RES lodge_(\S+) ([\d.]+) (ns|us)/) {
		note("guest-$1-ns", $3 eq 'us' ? $2 * 1000 : $2);
	} elsif (/^guest RES lodge_(\S+_1M)_mibs ([\d.]+)/) {
		note("guest-$1-mibs", $2);
	} elsif (/^guest disk-(\S+) ([\d.]+) (\d+)/) {
		note("disk-$1-mibs", $2);
		note("disk-$1-iops", $3);
	} elsif (/^qemu-(\w+) RES lodge_warm_(\w+_4k)_lat_med ([\d.]+)/) {
		note("qemu-$1-$2-ns", $3 * 1000);
	} elsif (/^qemu-(\w+) RES lodge_warm_(\w+_1M)_mibs ([\d.]+)/) {
		note("qemu-$1-$2-mibs", $3);
	} elsif (/^qemu-(\w+) disk-(\S+) ([\d.]+) (\d+)/) {
		note("qemu-$1-disk-$2-mibs", $3);
		note("qemu-$1-disk-$2-iops", $4);
	} elsif (/^qemu-(\w+) net-warm-(\S+) ([\d.]+)/) {
		note("qemu-$1-net-$2", $3);
	} elsif (/^qemu-(\w+) tree-warm-(\w+) (\d+)/) {
		note("qemu-$1-tree-$2-ns", $3 * 1000);
	} elsif (/^guest tree-(\S+) (\d+)/) {
		note("tree-$1-ns", $2 * 1000);
	} elsif (/^guest net-(\S+) ([\d.]+)/) {
		note("net-$1", $2);
		note("net-$1-packets", $2 * 1e6 / (64 * 8)) if index($1, 'udp64') >= 0;
	} elsif (/^guest events-net-(\S+) (\d+) (\d+)/) {
		note("net-$1-events", $2 / $3) if $3;
	} elsif (/^depth-(\d+) reads-events (\d+) (\d+)/) {
		note_span("depth-$1-events", $2, $3);
	} elsif (/^depth-(\d+) reads-stats (\d+) (.*)/) {
		my ($depth, $requests, $stats) = ($1, $2, $3);
		note_span("depth-$depth-exits", $requests, $1) if $stats =~ /"counts":\{"exits_total":(\d+)/;
	} elsif (/^guest-timer (\w+) late-(median|most|worst) (\d+)/) {
		note("guest-timer-$1-late-$2-ns", $3);
	} elsif (/^host-timer late-(median|most|worst) (\d+)/) {
		note("host-timer-late-$1-ns", $2);
	} elsif (/^guest-ipi (\w+) (event|lapic)-round-trip (\d+)/) {
		note("ipi-$1-$2-ns", $3);
	} elsif (/^(store-socket-\w+) (\d+)/) {
		note("$1-ns", $2);
	} elsif (/^(grant-\w+) ns (\d+)/) {
		note("$1-ns", $2);
	} elsif (/^allocated-(\S+) (\d+)/) {
		note("allocated-$1-bytes", $2);
	}
}
close $in;
if ($xen && open(my $figures, '<', $xen)) {
	while (<$figures>) {
		$xen{$1} = $3 eq 'us' ? $2 * 1000 : $2 if /^pvh_(\S+) ([\d.]+) (\S+)/;
	}
	$xen{"events_$_"} = $xen{"evtchn_rtt_domU_dom0_$_"} for grep { exists $xen{"evtchn_rtt_domU_dom0_$_"} } qw(min med p99);
}

# A compiler that comes late, on the one CPU, takes away from a round of three seconds: warm is the better of the last two.
for my $name (grep { /-net-warm-/ && !/-events$/ } keys %values) {
	(my $before = $name) =~ s/-warm-/-third-/;
	my ($last, $third) = ($values{$name}, $values{$before} // []);
	my $less = $name =~ /ping/;
	for my $i (grep { defined $third->[$_] } 0 .. $#$last) {
		$last->[$i] = $third->[$i] if $less ? $third->[$i] < $last->[$i] : $third->[$i] > $last->[$i];
	}
}

# A wait for the lab's 9p makes its clock leap, and no more than that can go wrong with elapsed time: the least is true.
sub typical {
	my $list = $values{$_[0]} or return undef;
	my @sorted = sort { $a <=> $b } @$list;
	return $sorted[0] if $_[0] =~ /-elapsed-ms$/;
	return $sorted[$#sorted / 2];
}

my @table;
sub title { push @table, [$_[0]] }

# One figure. goal: "ratio 1.1", "most 600" or nothing. reference: a figure's name, or the reference's value itself.
sub row {
	my ($figure, $name, $unit, %more) = @_;
	my $ours = typical($name);
	return push @table, [$figure, 'not measured', ('') x 5] unless defined $ours;
	$ours = $more{of}->($ours) if $more{of};
	my $theirs = $more{reference};
	$theirs = typical($theirs) if defined $theirs && $theirs =~ /^[a-z]/;
	my $digits = $unit =~ /^(ms|us|MiB)$/ ? 1 : $unit =~ /^a / ? 2 : 0;
	my $show = sub { sprintf("%.${digits}f", $_[0] / ($unit eq 'us' ? 1000 : 1)) . ($unit ? " $unit" : '') };
	my ($verdict, $goal) = ('', '');
	if (($more{goal} // '') =~ /^no less ?(\S*)/) {
		$goal = $1 ? ">= x $1" : 'no less';
		$verdict = $ours >= ($1 || 1) * $theirs ? 'met' : 'MISSED' if $theirs;
	} elsif (($more{goal} // '') =~ /^ratio (\S+)/) {
		$goal = $1 == 1 ? 'no more' : "x $1";
		$verdict = $ours <= $1 * $theirs ? 'met' : 'MISSED' if $theirs;
	} elsif (($more{goal} // '') =~ /^most (\S+)/) {
		$goal = '<= ' . $show->($1);
		$verdict = $ours <= $1 ? 'met' : 'MISSED';
	}
	push @table, [
		$figure, $show->($ours), defined $theirs ? ($more{by} // 'C') . ' ' . $show->($theirs) : '',
		$theirs ? sprintf('%.2f', $ours / $theirs) : '', $goal, $verdict, scalar @{$values{$name}}];
}

# A figure of micro.c or evping.c: as soon as the guest is up, and when the monitor's compilers have done their work. The
# goal is Xen's best round.
sub guest {
	my ($figure, $name, $goal) = @_;
	for (['first', 'med', 'first seconds'], ['warm', 'med', 'warm'], ['warm', 'min', 'warm, best round']) {
		my ($run, $suffix, $when) = @$_;
		row("$figure, $when", "$where-guest-${run}_${name}_$suffix-ns", 'us', reference => $xen{"${name}_$suffix"}, by => 'Xen',
			goal => $where eq 'kvm' ? $goal : undef);
	}
}

# The same figure against QEMU's back ends: no worse than its Xen's, and 0.9 of its virtio's. more: whether more is better.
sub against_qemu {
	my ($ours, $name, $unit, $more, $of) = @_;
	for (['xen', 'Xen back end', 1], ['virtio', 'virtio', 0.9]) {
		my ($kind, $called, $share) = @$_;
		my $theirs = typical("$where-qemu-$kind-$name");
		next unless defined $theirs && $values{$ours};
		row("  the same, against QEMU's $called", $ours, $unit, reference => $of ? $of->($theirs) : $theirs, by => 'QEMU', of => $of,
			goal => $more ? "no less $share" : sprintf('ratio %.2f', 1 / $share));
	}
}

# Disks and networks: the goal is Xen's, with the KVM that recognises hypercalls.
sub devices {
	my $strict = $where eq 'kvm';
	for my $run ('first', 'warm') {
		for (['random read of 4 KiB', 'rndread_4k'], ['random write of 4 KiB', 'rndwrite_4k']) {
			row("disk: $_->[0], $run", "$where-guest-${run}_$_->[1]_lat_med-ns", 'us',
				reference => $xen{"loop_$_->[1]_lat_med.median"}, by => 'Xen', goal => $strict ? 'ratio 1' : undef);
			against_qemu("$where-guest-${run}_$_->[1]_lat_med-ns", "$_->[1]-ns", 'us', 0) if $run eq 'warm';
		}
		for (['read', 'seqread_1M'], ['write', 'seqwrite_1M']) {
			row("disk: sequential $_->[0] by 1 MiB, $run", "$where-guest-${run}_$_->[1]-mibs", 'MiB/s',
				reference => $xen{"loop_$_->[1]_mibs.median"}, by => 'Xen', goal => $strict ? 'no less' : undef);
			against_qemu("$where-guest-${run}_$_->[1]-mibs", "$_->[1]-mibs", 'MiB/s', 1) if $run eq 'warm';
		}
	}
	for (['read', 64, 'sequential', 1, ''], ['write', 64, 'sequential', 1, ''], ['read', 4, 'random', 32, ''], ['write', 4, 'random', 32, ''],
		['read', 4, 'random', 8, '-4-jobs'], ['write', 4, 'random', 8, '-4-jobs'], ['read', 64, 'sequential', 8, ''],
		['write', 64, 'sequential', 8, '']) {
		my ($what, $size, $how, $depth, $jobs) = @$_;
		my $name = "disk-$what-${size}k$jobs-depth-$depth-iops";
		row("disk: $how $what of $size KiB, depth $depth" . ($jobs ? ', 4 jobs' : ''), "$where-$name", '/s');
		against_qemu("$where-$name", $name, '/s', 1);
	}
	for my $what ('read', 'write') {
		my $name = "disk-$what-1m-depth-4-mibs";
		row("disk: sequential $what by 1 MiB, depth 4", "$where-$name", 'MiB/s');
		against_qemu("$where-$name", $name, 'MiB/s', 1);
	}
	for my $depth (1, 32) {
		row("disk: exits for a read of 4 KiB, depth $depth", "$where-depth-$depth-exits-per-request", 'a request');
		row("disk: events to the guest, depth $depth", "$where-depth-$depth-events-per-request", 'a request');
	}
	row('disk: allocated for 2,000 events to the guest', "$where-allocated-disk-bytes", 'bytes', goal => 'most 0');
	for my $run ('first', 'warm') {
		for my $work ('clone', 'status', 'compile', 'remove') {
			row("shared folder: calls of a $work, $run", "$where-tree-lodge-$run-$work-ns", 'us');
			against_qemu("$where-tree-lodge-$run-$work-ns", "tree-$work-ns", 'us', 0) if $run eq 'warm';
		}
	}
	row('network: allocated for 2,000 events to the guest', "$where-allocated-net-bytes", 'bytes', goal => 'most 0');
	for my $run ('first', 'warm') {
		row("network: ping, best, $run", "$where-net-$run-ping-min", 'us', of => sub { $_[0] * 1000 }, by => 'Xen',
			reference => $xen{'ping_min.median'}, goal => $strict ? 'ratio 1' : undef);
		against_qemu("$where-net-$run-ping-min", 'net-ping-min', 'us', 0, sub { $_[0] * 1000 }) if $run eq 'warm';
		for (['TCP to Domain 0', 'tcp-out', 'tcp_tx'], ['TCP from Domain 0', 'tcp-in', 'tcp_rx'], ['UDP of 64 bytes, received', 'udp64-out', 'udp64_tx']) {
			row("network: $_->[0], $run", "$where-net-$run-$_->[1]", 'Mbit/s', by => 'Xen', reference => $xen{"$_->[2].median"},
				goal => $strict ? 'no less' : undef);
			against_qemu("$where-net-$run-$_->[1]", "net-$_->[1]", 'Mbit/s', 1) if $run eq 'warm';
			row('  events to the guest', "$where-net-$run-$_->[1]-events", 'a packet');
		}
		row("  the same, packets of 64 bytes", "$where-net-$run-udp64-out-packets", '/s');
	}
}

for (['kvm', 'Linux 6.12, KVM recognises hypercalls', 300], ['patched', 'Linux 6.1, hypercalls patched', 600]) {
	(my $title, my $exits);
	($where, $title, $exits) = @$_;
	next unless grep { /^$where-/ } keys %values;
	title("In the icount lab on $title");
	row('exits from reset to /init', "$where-lodge-exits", '', reference => "$where-floor-exits", goal => "most $exits");
	row('process start to /init, CPU', "$where-lodge-start-worked-ms", 'ms', reference => "$where-floor-start-worked-ms",
		goal => 'ratio 1.25');
	row('process start to /init, least elapsed', "$where-lodge-start-elapsed-ms", 'ms',
		reference => "$where-floor-start-elapsed-ms", goal => 'ratio 1.25');
	row('  the same, against xl create', "$where-lodge-start-elapsed-ms", 'ms',
		reference => $xen{'boot_create_to_init_ms.median'}, by => 'Xen', goal => 'ratio 1');
	row('lodge run -- true: VM created', "$where-run-vm-created-ms", 'ms');
	row('lodge run -- true: first instruction', "$where-run-first-instruction-ms", 'ms');
	row('lodge run -- true: its /init', "$where-run-init-ms", 'ms');
	row('one port-I/O exit, bare metal', "$where-lodge-exit-ns", 'us', reference => "$where-floor-exit-ns", goal => 'ratio 1.1');
	row('null hypercall, bare metal, of an exit', "$where-lodge-hypercall-ns", 'us', reference => "$where-floor-exit-ns");
	guest('getpid, the control', 'getpid');
	guest('cpuid', 'cpuid', 'ratio 1');
	guest('clock_gettime', 'clock_gettime', 'ratio 1');
	guest('hypercall xen_version by privcmd', 'hypercall_xen_version', 'ratio 1');
	guest('hypercall sched_op yield by privcmd', 'hypercall_sched_yield', 'ratio 1');
	guest('event to the guest itself', 'evtchn_loop_notify_read_unmask', 'ratio 1');
	guest('event to Domain 0 and back', 'events', 'ratio 1');
	guest('xenstore read by the ring', 'xenstore_read_rtt', 'ratio 1');
	guest('xenstore write by the ring', 'xenstore_write_rtt', 'ratio 1');
	for my $what ('read', 'write') {
		row("xenstore ${what}s by the ring", "$where-guest-warm_xenstore_${what}_rtt_med-ns", '/s', of => sub { 1e9 / $_[0] });
		row("xenstore ${what}s by the socket", "$where-store-socket-$what-ns", '/s', of => sub { 1e9 / $_[0] });
	}
	# Linux asks Xen for no timer nearer than 100 us, which the worst ones show.
	for (['median', 'median', 50000], ['most', '19 in 20', 50000], ['worst', 'worst, with the 100 us of Linux', 150000]) {
		my ($which, $label, $limit) = @$_;
		my $host = typical("$where-host-timer-late-$which-ns");
		next unless defined $host;
		for (['first', 'first seconds'], ['warm', 'warm']) {
			row("timer lateness beyond the host's, $label, $_->[1]", "$where-guest-timer-$_->[0]-late-$which-ns", 'us',
				of => sub { $_[0] - $host }, goal => "most $limit");
		}
	}
	for (['event', 'event channel'], ['lapic', 'local APIC']) {
		row("IPI there and back by $_->[1], 1 CPU for both, first", "$where-ipi-first-$_->[0]-ns", 'us');
		row("IPI there and back by $_->[1], 1 CPU for both, warm", "$where-ipi-warm-$_->[0]-ns", 'us');
	}
	for my $what ('map', 'copy') {
		my $long = $what eq 'map' ? 'grant map and unmap' : 'grant copy of 4 KiB';
		row("$long by Domain 0", "$where-grant-$what-ns", 'us');
	}
	devices();
	row("resident at /init without the guest's", "$where-lodge-own-mib", 'MiB', reference => "$where-floor-own-mib", goal => 'most 60');
	row('lodge run -- true: the same at its end', "$where-run-own-mib", 'MiB', goal => 'most 60');
}
$where = 'here';
title('On this machine');
row('one port-I/O exit', 'here-lodge-exit-ns', 'ns', reference => 'here-floor-exit-ns', goal => 'ratio 1.1');
for (
	['exits', 'exits'], ['hypercalls', 'hypercalls'], ['sends', 'event sends'], ['sends-masked', 'sends and unmasks'],
	['sends-fifo', 'FIFO sends'], ['grant-map', 'grant maps and unmaps'], ['grant-copy', 'grant copies']) {
	row("allocated by 50,000 $_->[1]", "here-allocated-$_->[0]-bytes", 'bytes', goal => 'most 0');
}

my @head = ('', 'Lodge', 'reference', 'ratio', 'goal', '', 'n');
my @widths = map { my $column = $_; (sort { $b <=> $a } map { length($_->[$column] // '') } grep { @$_ > 1 } \@head, @table)[0] } 0 .. 6;
for my $row (@table) {
	print "\n" unless $row == $table[0] || @$row > 1;
	my @cells = @$row > 1 ? @$row : ($row->[0], @head[1 .. 6]);
	my $line = join('  ', map { $_ ? sprintf("%$widths[$_]s", $cells[$_]) : sprintf("%-$widths[$_]s", $cells[$_]) } 0 .. 6);
	print $line =~ s/\s+$//r, "\n";
}
print "\nLodge: the median of n, or for warm networks the better of two rounds. met, MISSED: the goal, against the reference\n",
	"(C: a floor, Xen: a real Xen 4.17, QEMU: its own back ends) or by itself.\n";

open(my $file, '>', $json) or die "$json: $!\n";
print $file "{\n  \"schema\": 2",
	(map { sprintf(",\n  \"%s\": [%s]", $_, join(', ', map { sprintf('%.3f', $_) } @{$values{$_}})) } sort keys %values), "\n}\n";
close $file or die "$json: $!\n";
