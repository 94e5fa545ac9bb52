import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.graphhopper.GHRequest;
import com.graphhopper.GHResponse;
import com.graphhopper.GraphHopper;
import com.graphhopper.ResponsePath;
import com.graphhopper.config.CHProfile;
import com.graphhopper.config.Profile;
import com.graphhopper.util.CustomModel;
import com.graphhopper.util.GHUtility;
import com.graphhopper.util.Parameters.Routing;
import com.graphhopper.util.TurnCostsConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.slf4j.LoggerFactory;

/**
 * Journeys from coordinates through GraphHopper's contraction hierarchy, each piece of work a line of JSON as `told` in searches.py prints.
 *
 * <p>Arguments: road file, folder for the prepared graph, `plain` or `turns`, file of places (`lon lat` a line), rounds. Journeys go from the
 * first 1,000 places to the last 1,000. The profile is GraphHopper's own car, for the fastest way (no influence of distance), without costs of
 * turns or with restrictions, 40 s a U-turn and no other penalty. One thread asks, whose CPU time is told: the collector's and the
 * compiler's, which have threads of their own, are not in it, and a warm-up comes first. It opens no port and judges nothing.
 */
public class Journeys {
    static final int JOURNEYS = 1000;
    static final int WARM_UP = 10;

    public static void main(String[] words) throws Exception {
        ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.ERROR);
        double[][] places = Files.readAllLines(Path.of(words[3])).stream()
            .map(line -> line.split(" "))
            .map(pair -> new double[] {Double.parseDouble(pair[0]), Double.parseDouble(pair[1])})
            .toArray(double[][]::new);
        long start = System.nanoTime();
        boolean isKept = Files.exists(Path.of(words[1], "properties"));
        GraphHopper hopper = prepared(words[0], words[1], words[2].equals("turns"));
        if (!isKept) {
            System.out.printf("{\"prepared\": %.2f}%n", (System.nanoTime() - start) / 1e9);
        }
        int rounds = Integer.parseInt(words[4]);
        ask(hopper, places, rounds, "1,000 journeys, coordinates", "time and distance alone", false);
        ask(hopper, places, rounds, "1,000 journeys with their ways, coordinates", "line and steps", true);
        hopper.close();
    }

    static GraphHopper prepared(String roads, String folder, boolean turns) {
        CustomModel fastest = GHUtility.loadCustomModelFromJar("car.json").setDistanceInfluence(0.0);
        Profile car = new Profile("car").setCustomModel(fastest);
        if (turns) {
            car.setTurnCostsConfig(TurnCostsConfig.car().setUTurnCosts(40));
        }
        GraphHopper hopper = new GraphHopper();
        hopper.setOSMFile(roads);
        hopper.setGraphHopperLocation(folder);
        hopper.setEncodedValuesString("car_access, car_average_speed, road_access");
        hopper.setProfiles(car);
        hopper.getCHPreparationHandler().setCHProfiles(new CHProfile("car"));
        return hopper.importOrLoad();
    }

    static void ask(GraphHopper hopper, double[][] places, int rounds, String work, String how, boolean whole) {
        List<String> wall = new ArrayList<>(), cpu = new ArrayList<>();
        String gave = "";
        for (int round = -WARM_UP; round < rounds; round++) {
            StringJoiner times = new StringJoiner(", "), distances = new StringJoiner(", ");
            List<ResponsePath> found = new ArrayList<>();
            long start = System.nanoTime(), spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int journey = 0; journey < JOURNEYS; journey++) {
                found.add(one(hopper, places[journey], places[places.length - JOURNEYS + journey], whole));
            }
            long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - spent, passed = System.nanoTime() - start;
            if (round >= 0) {
                wall.add(Double.toString(passed / 1e9));
                cpu.add(Double.toString(used / 1e9));
            }
            for (ResponsePath path : found) {
                times.add(path == null ? "null" : Long.toString(path.getTime()));
                distances.add(path == null ? "null" : Long.toString(Math.round(path.getDistance() * 1000)));
            }
            gave = "{\"time\": [" + times + "], \"distance\": [" + distances + "]}";
        }
        System.out.printf("{\"work\": \"%s\", \"how\": \"%s\", \"rules\": \"own\", \"rows\": null, \"wall\": %s, \"cpu\": %s, \"gave\": %s}%n",
            work, how, wall, cpu, gave);
    }

    static ResponsePath one(GraphHopper hopper, double[] from, double[] to, boolean whole) {
        GHRequest wanted = new GHRequest(from[1], from[0], to[1], to[0]).setProfile("car")
            .putHint(Routing.CALC_POINTS, whole).putHint(Routing.INSTRUCTIONS, whole);
        GHResponse answer = hopper.route(wanted);
        return answer.hasErrors() ? null : answer.getBest();
    }
}
