import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.SchemaOutputResolver;
import java.io.File;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import javax.xml.transform.Result;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.mpxj.LocalTimeRange;
import org.mpxj.ProjectCalendar;
import org.mpxj.ProjectFile;
import org.mpxj.Relation;
import org.mpxj.Task;
import org.mpxj.TimeUnit;
import org.mpxj.reader.UniversalProjectReader;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXParseException;

/** Prints what mpxj finds in an MSPDI file, and what its schema of the format holds against it. */
public class ReadMspdi {
  static PrintStream out;

  static void line(Object... cells) {
    StringBuilder text = new StringBuilder();
    for (Object cell : cells) {
      text.append(text.length() == 0 ? "" : "\t").append(cell);
    }
    out.println(text);
  }

  static Source[] schema() throws Exception {
    List<StringWriter> texts = new ArrayList<>();
    JAXBContext.newInstance("org.mpxj.mspdi.schema").generateSchema(new SchemaOutputResolver() {
      @Override public Result createOutput(String uri, String file) {
        StringWriter writer = new StringWriter();
        texts.add(writer);
        StreamResult result = new StreamResult(writer);
        result.setSystemId(file);
        return result;
      }
    });
    return texts.stream().map(text -> new StreamSource(new StringReader(text.toString())))
        .toArray(Source[]::new);
  }

  static void validate(File file) throws Exception {
    SchemaFactory factory = SchemaFactory.newInstance("http://www.w3.org/2001/XMLSchema");
    Validator validator = factory.newSchema(schema()).newValidator();
    validator.setErrorHandler(new ErrorHandler() {
      @Override public void warning(SAXParseException fault) { error(fault); }
      @Override public void fatalError(SAXParseException fault) { error(fault); }
      @Override public void error(SAXParseException fault) {
        line("fault", fault.getLineNumber(), fault.getMessage());
      }
    });
    validator.validate(new StreamSource(file));
    line("validated");
  }

  static void read(File file) throws Exception {
    ProjectFile project = new UniversalProjectReader().read(file);
    line("project", project.getProjectProperties().getProjectTitle(),
        project.getProjectProperties().getStartDate(),
        project.getProjectProperties().getCurrencyCode(),
        project.getDefaultCalendar().getName());
    for (ProjectCalendar calendar : project.getCalendars()) {
      for (DayOfWeek day : DayOfWeek.values()) {
        long minutes = 0;
        for (LocalTimeRange hours : calendar.getCalendarHours(day)) {
          minutes += java.time.Duration.between(hours.getStart(), hours.getEnd()).toMinutes();
        }
        line("day", calendar.getName(), day.getValue(), minutes);
      }
    }
    for (Task task : project.getTasks()) {
      line("task", task.getUniqueID(), task.getName(), task.getOutlineLevel(), task.getStart(),
          task.getFinish(), task.getDuration().convertUnits(TimeUnit.HOURS,
              project.getProjectProperties()).getDuration(),
          task.getCost(), task.getMilestone(), task.getSummary(), task.getTaskMode());
      for (Relation relation : task.getPredecessors()) {
        line("link", relation.getPredecessorTask().getUniqueID(), task.getUniqueID(),
            relation.getType(), relation.getLag().getDuration(), relation.getLag().getUnits());
      }
    }
    project.getIgnoredErrors().forEach(error -> line("fault", 0, error));
  }

  public static void main(String[] files) throws Exception {
    out = new PrintStream(System.out, true, "UTF-8");
    for (String name : files) {
      line("file", name);
      validate(new File(name));
      read(new File(name));
    }
  }
}
