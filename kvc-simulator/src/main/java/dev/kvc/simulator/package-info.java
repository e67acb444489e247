/**
 * Replays recorded traffic against eviction policies: which of them would have kept what was asked for again?
 *
 * <pre>{@code
 * Report report = Simulation.builder(Traces.open(Path.of("requests.jsonl.gz")))
 *         .policies(List.of(EvictionPolicies.lru(), EvictionPolicies.sizeWeighted()))
 *         .sizeModel(SizeModel.recorded())
 *         .build()
 *         .run();
 * System.out.print(TextReport.of(report));
 * }</pre>
 *
 * <ul>
 *   <li>A {@link dev.kvc.simulator.Simulation} takes a trace of {@link dev.kvc.simulator.trace}, policies by their
 *       factories, the same that a store uses, and budgets, and gives a {@link dev.kvc.simulator.Report} of
 *       {@link dev.kvc.simulator.Result}s.
 *   <li>A {@link dev.kvc.simulator.SizeModel} says what a snapshot takes.
 *   <li>A {@link dev.kvc.simulator.Bound} is what knowing the future would give.
 *   <li>A {@link dev.kvc.simulator.FleetSimulation} replays a trace to many engines that share a tier, between which a
 *       {@link dev.kvc.simulator.Router} chooses, and gives a {@link dev.kvc.simulator.FleetReport}.
 *   <li>{@link dev.kvc.simulator.report} writes reports as text, CSV and a page.
 * </ul>
 */
@NullMarked
package dev.kvc.simulator;

import org.jspecify.annotations.NullMarked;
