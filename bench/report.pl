#!/usr/bin/perl
# Makes the table, and results.json, of the lines that tools/bench has collected.
#   report.pl RESULTS JSON
use strict;
use warnings;

my ($results, $json) = @ARGV;
my %values;
sub note { my ($name, $value) = @_; push @{$values{$name}}, $value if defined $value }

open(my $in, '<', $results) or die "$results: $!\n";
while (<$in>) {
	if (/^(floor|lodge)-start elapsed (\S+) worked (\S+) resident (\d+) own (\d+) mark (?:\{(\S+) (\d+)\})?/) {
		note("$1-elapsed-ms", $2);
		note("$1-worked-ms", $3);
		note("$1-own-mib", $5 / 1024);
		note("$1-reset-to-init-ms", $6 * 1000) if defined $6;
		note("$1-exits", $7);
	} elsif (/^lodge-stats (.*)/) {
		my $stats = $1;
		note('lodge-exits', $1) if $stats =~ /"counts_at_init":\{"exits_total":(\d+)/;
		note('lodge-run-init-ms', $1) if $stats =~ /"init":([\d.]+)/;
		note('lodge-run-first-instruction-ms', $1) if $stats =~ /"firstinstruction":([\d.]+)/;
		note('lodge-run-vm-created-ms', $1) if $stats =~ /"vmcreated":([\d.]+)/;
		note('lodge-run-own-mib', $1 / 1048576) if $stats =~ /"resident_without_guest":(\d+)/;
	} elsif (/^(\w+)-exit-(here|icount) .*?(\d+) ns\/exit/ || /^(\w+)-exit-(here|icount) ns-per-exit (\d+)/) {
		note("$1-exit-$2-ns", $3);
	} elsif (/^allocated-(\S+) (\d+)/) {
		note("lodge-allocated-$1-bytes", $2);
	}
}
close $in;

# A wait for the lab's 9p makes its clock leap, and no more than that can go wrong with elapsed time: the least is true.
sub typical {
	my $list = $values{$_[0]} or return undef;
	my @sorted = sort { $a <=> $b } @$list;
	return $sorted[0] if $_[0] =~ /-elapsed-ms$/;
	return $sorted[$#sorted / 2];
}

my @table = (['figure', 'Lodge', 'reference', 'ratio', 'target', 'repeats']);
sub row {
	my ($figure, $lodge, $reference, $target, $digits) = @_;
	my ($ours, $theirs) = (typical($lodge), $reference && typical($reference));
	return push @table, [$figure, 'not measured', '', '', $target, 0] unless defined $ours;
	push @table, [
		$figure, sprintf("%.${digits}f", $ours), defined $theirs ? sprintf("%.${digits}f", $theirs) : '',
		$theirs ? sprintf('%.2f', $ours / $theirs) : '', $target, scalar @{$values{$lodge}}];
}
row('exits from reset to /init', 'lodge-exits', 'floor-exits', '<= 600', 0);
row('one port-I/O exit here, ns', 'lodge-exit-here-ns', 'floor-exit-here-ns', '<= 1.10', 0);
row('one port-I/O exit in the icount lab, ns', 'lodge-exit-icount-ns', 'floor-exit-icount-ns', '<= 1.10', 0);
row('process start to /init, CPU ms', 'lodge-worked-ms', 'floor-worked-ms', '<= 1.25', 1);
row('process start to /init, least elapsed ms', 'lodge-elapsed-ms', 'floor-elapsed-ms', '<= 1.25', 1);
row("  the same against the floor's reset to /init", 'lodge-elapsed-ms', 'floor-reset-to-init-ms', '', 1);
row('lodge run -- true: VM created, ms', 'lodge-run-vm-created-ms', undef, '', 1);
row('lodge run -- true: first instruction, ms', 'lodge-run-first-instruction-ms', undef, '', 1);
row('lodge run -- true: its /init, ms', 'lodge-run-init-ms', undef, '', 1);
row('bytes allocated by 50,000 exits', 'lodge-allocated-exits-bytes', undef, '0', 0);
row('bytes allocated by 50,000 hypercalls', 'lodge-allocated-hypercalls-bytes', undef, '0', 0);
row("resident at /init without the guest's, MiB", 'lodge-own-mib', 'floor-own-mib', '< 60', 1);
row('lodge run -- true: the same at its end, MiB', 'lodge-run-own-mib', undef, '< 60', 1);

my @widths = map { my $column = $_; (sort { $b <=> $a } map { length $_->[$column] } @table)[0] } 0 .. 5;
for my $row (@table) {
	print join('  ', map { $_ ? sprintf("%$widths[$_]s", $row->[$_]) : sprintf("%-$widths[$_]s", $row->[$_]) } 0 .. 5), "\n";
}

open(my $file, '>', $json) or die "$json: $!\n";
print $file "{\n  \"schema\": 1",
	(map { sprintf(",\n  \"%s\": [%s]", $_, join(', ', map { sprintf('%.3f', $_) } @{$values{$_}})) } sort keys %values), "\n}\n";
close $file or die "$json: $!\n";
